using System.Text.RegularExpressions;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>What the Dockerfile says. There is no Docker here to build it.</summary>
public sealed partial class ImageFileTests
{
    private static readonly string[] Stages = File.ReadAllText(Path.Combine(Repository.Root, "Dockerfile")).Split("\nFROM ")[1..];

    [Fact]
    public void Stages_AreTwo_AndTheSecondHasNoSdk()
    {
        Assert.Equal(2, Stages.Length);
        Assert.Contains("/sdk:", Stages[0], StringComparison.Ordinal);
        Assert.DoesNotContain("/sdk:", Stages[1], StringComparison.Ordinal);
        Assert.Contains("COPY --from=build /published bin/", Stages[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Packages_ComeBeforeTheCode_InLayersThatRarelyChange()
    {
        var restore = Stages[0].IndexOf("RUN dotnet restore Fraud.Cli --locked-mode", StringComparison.Ordinal);
        var code = Stages[0].IndexOf("COPY . .", StringComparison.Ordinal);

        Assert.InRange(restore, 1, code);
        Assert.Matches(@"^\S+/sdk:10\.0-\S*slim ", Stages[0]);
        Assert.Contains("-slim\n", Stages[1], StringComparison.Ordinal);
        // Nothing of apt's stays in the layer.
        Assert.Contains("rm -rf /var/lib/apt/lists/*", Stages[1], StringComparison.Ordinal);
    }

    [Fact]
    public void User_IsANumberThatIsNotRoot()
    {
        var user = Assert.Single(User().Matches(Stages[1])).Groups[1].Value;

        Assert.NotEqual("0", user);
    }

    [Fact]
    public void HealthCheck_AsksWhetherItIsReady() =>
        Assert.Matches(@"HEALTHCHECK [^\n]*\\\n\s+CMD \[""curl"", ""-fsS"",.* ""http://127\.0\.0\.1:8000/health/ready""\]", Stages[1]);

    [GeneratedRegex(@"^USER (\d+)$", RegexOptions.Multiline, 1_000)]
    private static partial Regex User();
}
