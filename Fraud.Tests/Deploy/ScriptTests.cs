using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>What shellcheck says of the scripts that people and CI run.</summary>
public sealed class ScriptTests
{
    [Fact]
    public async Task Shellcheck_FindsNothing()
    {
        string[] scripts =
        [
            "run", "test", "build/setup.sh", "build/proofs.sh", ".ci/run", "deploy/fraud",
            .. Directory.GetFiles(Path.Combine(Repository.Root, "Fraud.Tests", "Docs", "StandIns")),
            .. Directory.GetFiles(Path.Combine(Repository.Root, "deploy"), "*.sh", SearchOption.AllDirectories),
            .. Directory.GetFiles(Path.Combine(Repository.Root, "examples"), "*.sh", SearchOption.AllDirectories),
        ];

        var (exit, output) = await DeployTool.Run("shellcheck", scripts);

        Assert.True(exit == 0, output);
    }
}
