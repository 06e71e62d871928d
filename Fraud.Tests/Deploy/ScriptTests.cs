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
            "run", "test", "build/setup.sh", ".ci/run",
            .. Directory.GetFiles(Path.Combine(Repository.Root, "deploy"), "*.sh", SearchOption.AllDirectories),
        ];

        var (exit, output) = await DeployTool.Run("shellcheck", scripts);

        Assert.True(exit == 0, output);
    }
}
