using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Cluster;

public sealed class CertsCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Certs_NewFolder_MakesAuthorityAndNodesThatItSigned()
    {
        var made = await Run("a", "b", "--host", "10.0.0.7", "--host", "cluster.example", "--json");

        Assert.Equal((0, ""), (made.Exit, made.Error));
        var certificates = JsonDocument.Parse(made.Output).RootElement.GetProperty("certificates").EnumerateArray().ToList();
        Assert.Equal(["authority", "a", "b"], certificates.Select(static one => one.GetProperty("name").GetString()));
        using var node = X509Certificate2.CreateFromPemFile(File_("a.pem"), File_("a.key"));
        Assert.Equal(node.NotAfter.ToUniversalTime(), certificates[1].GetProperty("not_after").GetDateTimeOffset().UtcDateTime);
        Assert.InRange(node.NotAfter - node.NotBefore, TimeSpan.FromDays(397), TimeSpan.FromDays(398));
        using var authority = X509CertificateLoader.LoadCertificateFromFile(File_("authority.pem"));
        Assert.Equal("1.2.840.10045.3.1.7", node.GetECDsaPublicKey()!.ExportParameters(false).Curve.Oid.Value);
        Assert.Equal(authority.Subject, node.Issuer);
        Assert.True(node.MatchesHostname("a"));
        Assert.True(node.MatchesHostname("10.0.0.7"));
        Assert.True(node.MatchesHostname("cluster.example"));
        Assert.False(node.MatchesHostname("b"));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Certs_Keys_AreTheirOwnersAlone()
    {
        await Run("a");

        foreach (var file in new[] { "authority.key", "a.key" })
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(File_(file)));
        }
    }

    [Fact]
    public async Task Certs_AuthorityThere_SignsFurtherNodesByIt()
    {
        await Run("a");
        var authority = await File.ReadAllTextAsync(File_("authority.pem"));

        var made = await Run("b");

        Assert.Equal((0, ""), (made.Exit, made.Error));
        Assert.StartsWith("b: ", made.Output, StringComparison.Ordinal);
        Assert.Equal(authority, await File.ReadAllTextAsync(File_("authority.pem")));
    }

    [Theory]
    [InlineData("a.pem")]
    [InlineData("a.key")]
    public async Task Certs_FileThere_RefusesAndWritesNothing(string file)
    {
        await File.WriteAllTextAsync(File_(file), "mine");

        var refused = await Run("b", "a");

        Assert.Equal(2, refused.Exit);
        Assert.Contains($"expected {File_(file)} not to exist", refused.Error, StringComparison.Ordinal);
        Assert.Single(refused.Error.TrimEnd().Split('\n'));
        Assert.Equal([File_(file)], Directory.GetFiles(_folder.Path));
        Assert.Equal("mine", await File.ReadAllTextAsync(File_(file)));
    }

    [Theory]
    [InlineData("authority.pem", "expected both authority.pem and authority.key")]
    [InlineData("authority.pem authority.key", "to be a certificate and its key")]
    public async Task Certs_AuthorityUnusable_RefusesAndWritesNothing(string files, string expected)
    {
        foreach (var file in files.Split(' '))
        {
            await File.WriteAllTextAsync(File_(file), "not PEM");
        }

        var refused = await Run("a");

        Assert.Equal(2, refused.Exit);
        Assert.Contains(expected, refused.Error, StringComparison.Ordinal);
        Assert.Equal(files.Split(' ').Length, Directory.GetFiles(_folder.Path).Length);
    }

    [Theory]
    [InlineData("../a", "NAMES: expected")]
    [InlineData("authority", "NAMES: expected")]
    [InlineData("a --host not/a/host", "--host: expected")]
    [InlineData("a --valid 0s", "--valid: expected")]
    [InlineData("a --valid soon", "--valid: expected")]
    public async Task Certs_WrongArguments_SaysWhichInOneLine(string arguments, string expected)
    {
        var refused = await Run(arguments.Split(' '));

        Assert.Equal(2, refused.Exit);
        Assert.Contains(expected, refused.Error, StringComparison.Ordinal);
        Assert.Single(refused.Error.TrimEnd().Split('\n'));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private Task<(int Exit, string Output, string Error)> Run(params string[] arguments) =>
        CommandLine.Run(["cluster", "certs", .. arguments, "--folder", _folder.Path]);

    private string File_(string name) => _folder.File(name);
}
