using Fraud.Faults.Processes;

namespace Fraud.Tests.Support;

public sealed class OwnedProcessTests
{
    [Theory]
    [InlineData("exit 3", "exit code 3")]
    [InlineData("exit 0", "exit code 0")]
    [InlineData("kill -s SEGV $$", "SIGSEGV (exit code 139)")]
    [InlineData("kill -s KILL $$", "SIGKILL (exit code 137)")]
    public async Task UnaskedEnd_EndsByItself_SaysHow(string script, string expected)
    {
        using var folder = new TempFolder();
        using var process = new OwnedProcess(folder.File("log"), folder.Path, "/bin/sh", "-c", script);
        await process.WaitForEndAsync();
        Assert.Equal(expected, process.UnaskedEnd);
    }

    [Fact]
    public async Task UnaskedEnd_RunsOrIsAsked_IsNull()
    {
        using var folder = new TempFolder();
        using var process = new OwnedProcess(folder.File("log"), folder.Path, "sleep", "600");
        process.Signal("CONT");
        Assert.Null(process.UnaskedEnd);
        process.Signal("TERM");
        await process.WaitForEndAsync();
        Assert.Equal(143, process.ExitCode);
        Assert.Null(process.UnaskedEnd);
    }

    [Fact]
    public async Task CrashReport_ProgramCrashes_NamesTheThreadsFrames()
    {
        using var folder = new TempFolder();
        using var node = new OwnedProcess(
            folder.File("node.log"), folder.Path, CrashReport.Settings(folder.File("node")), "dotnet", Deployment.FraudProgram, "serve",
            "--set", "Http:Urls=http://127.0.0.1:0", "--set", "Scoring:Model=" + Path.Combine(Repository.Root, "models", "payments"));
        await Poll.Until(() => node.HasEnded || node.ReadLog().Contains("Scoring payments with", StringComparison.Ordinal));
        Assert.False(node.HasEnded, node.ReadLog());
        Assert.StartsWith("no crash report", CrashReport.Read(folder.File("node")), StringComparison.Ordinal);

        // Sent from outside the first one is only reported: nothing fails again when the runtime's handler returns.
        node.Signal("SEGV");
        await Poll.Until(() => node.ReadLog().Contains("Crash report successfully written", StringComparison.Ordinal));
        Assert.Contains("libc.so", CrashReport.Read(folder.File("node")), StringComparison.Ordinal);
    }
}
