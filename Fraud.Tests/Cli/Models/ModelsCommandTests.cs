using System.Text.Json;
using System.Text.Json.Nodes;
using Fraud.Cli;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Models;

public sealed class ModelsCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ModelVersions _versions = new();

    public void Dispose()
    {
        _folder.Dispose();
        _versions.Dispose();
    }

    [Fact]
    public async Task Versions_RegisteredPromotedAndRolledBack_AreListedAsTheyStand()
    {
        await Json("register", _versions.PathOf(1), "--code-version", "1.2.3");
        await Json("import", _versions.Add(2), "--parent", "1");

        Assert.Equal([("2", "None"), ("1", "None")], await Stages());
        Assert.Equal("Production", Text(await Json("promote", "payments", "1"), "stage"));
        await Json("promote", "payments", "2", "--reason", "better");
        Assert.Equal([("2", "Production"), ("1", "Archived")], await Stages());

        Assert.Equal("1", Text(await Json("rollback", "payments", "--reason", "worse"), "version"));
        Assert.Equal([("2", "Archived"), ("1", "Production")], await Stages());

        var shown = await Json("show", "payments", "alias:champion");
        Assert.Equal(("1", "1.2.3"), (Text(shown.GetProperty("version"), "version"), Text(shown.GetProperty("version"), "code_version")));
        Assert.Equal(["None", "Production", "Archived"], shown.GetProperty("history").EnumerateArray().Select(static change => Text(change, "from")));
        Assert.Contains("worse", (await Run("show", "payments", "1")).Output, StringComparison.Ordinal);
        await Json("archive", "payments", "1");
        Assert.Equal([("2", "Archived"), ("1", "Archived")], await Stages());
    }

    [Fact]
    public async Task Compare_TwoVersions_PrintsMetricsSideBySide()
    {
        await Json("register", _versions.PathOf(1));
        var second = _versions.Add(2);
        var path = Path.Combine(second, "manifest.json");
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        manifest["metrics"]!["average_precision"] = 0.95;
        await File.WriteAllTextAsync(path, manifest.ToJsonString());
        await Json("register", second);

        var (exit, output, _) = await Run("compare", "payments", "1", "2");

        Assert.Equal(0, exit);
        Assert.Contains("payments 1", output.Split('\n')[0], StringComparison.Ordinal);
        Assert.Matches(@"average_precision +0\.\d+ +0\.95 +\+0\.\d+", output);
        Assert.Equal(2, (await Json("compare", "payments", "1", "payments:2")).GetArrayLength());
    }

    [Fact]
    public async Task AliasAndExport_AVersion_NameItAndWriteItsFiles()
    {
        await Json("register", _versions.PathOf(1));
        await Json("alias", "payments", "challenger", "1");
        var target = _folder.File("out");

        await Json("export", "payments", "alias:challenger", target);

        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_versions.PathOf(1), "model.onnx")), await File.ReadAllBytesAsync(Path.Combine(target, "model.onnx")));
        var (exit, _, error) = await Run("export", "payments", "1", target);
        Assert.Equal(2, exit);
        Assert.Contains("FOLDER: expected one that is empty", error, StringComparison.Ordinal);
        Assert.Equal(0, (await Run("alias", "payments", "challenger", "--remove")).Exit);
        Assert.Equal(1, (await Run("alias", "payments", "challenger", "--remove")).Exit);
        Assert.Equal(2, (await Run("alias", "payments", "challenger")).Exit);
    }

    [Fact]
    public async Task Register_BrokenVersion_FailsAndSaysWhy()
    {
        var (exit, _, error) = await Run("register", _versions.Add(2, broken: true));

        Assert.Equal(1, exit);
        Assert.Contains("SHA-256 is not the manifest's", error, StringComparison.Ordinal);
        Assert.Empty((await Json("list")).EnumerateArray());
    }

    [Theory]
    [InlineData("payments version 9: expected one that is registered", "promote", "payments", "9")]
    [InlineData("there is none", "rollback", "payments")]
    [InlineData("champion", "alias", "payments", "champion", "--remove")]
    public async Task Command_CannotBeDone_IsOneLineAndExitOne(string message, params string[] arguments)
    {
        await Json("register", _versions.PathOf(1));

        var (exit, output, error) = await Run(arguments);

        Assert.Equal(1, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public async Task List_NoStore_SaysSoAndMakesNone()
    {
        Assert.Equal(1, (await Run("list")).Exit);
        Assert.False(File.Exists(_folder.File("fraud.db")));
    }

    private async Task<(string Version, string Stage)[]> Stages() =>
        [.. (await Json("list")).EnumerateArray().Select(static version => (Text(version, "version"), Text(version, "stage")))];

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private async Task<JsonElement> Json(params string[] arguments)
    {
        var (exit, output, error) = await Run([.. arguments, "--json"]);
        Assert.True(exit == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }

    private async Task<(int Exit, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await FraudCommand.RunAsync(["models", .. arguments, "--data", _folder.Path], output, error, CancellationToken.None);
        return (exit, output.ToString(), error.ToString());
    }
}
