using System.Diagnostics;
using System.Globalization;
using Fraud.Faults.Checking;
using Fraud.Faults.Cluster;

namespace Fraud.Faults.Scenarios;

/// <summary>Clocks and disks.</summary>
public static class MachineFaults
{
    // Room for the database, its log and a few thousand payments.
    private const int DiskMegabytes = 64;
    private const int SpareBytes = 256 * 1024;
    private static readonly string WallClock = Path.Combine(Repository.Root, "Fraud.Faults", "Scenarios", "wallclock.c");
    private const long Hour = 3_600_000;
    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(3);

    public static Fault ClockJump { get; } = new(
        "clock-jump", "one node's clock 2 h ahead, another's 1 h behind, for 3 s; then back", static async (run, cancellation) =>
        {
            Set(run, "node1", "7200");
            Set(run, "node2", "-3600");
            await Task.Delay(Apart, cancellation);
            Set(run, "node1", "0");
            Set(run, "node2", "0");
            await run.Recovered(cancellation);
        })
    {
        // libfaketime would be at hand, but it breaks timed waits on the monotonic clock, which .NET's are.
        Missing = static () => File.Exists("/usr/bin/gcc") ? null : "moving a process's clock needs gcc",
        Cluster = static folder =>
        {
            var shim = Path.Combine(folder, "wallclock.so");
            Run("gcc", "-shared", "-fPIC", "-O2", "-o", shim, WallClock, "-ldl");
            return new ClusterShape
            {
                EnvironmentOf = name => new Dictionary<string, string>
                {
                    ["LD_PRELOAD"] = shim,
                    ["WALLCLOCK"] = Path.Combine(folder, name + ".clock"),
                },
            };
        },
        Verify = static run =>
        {
            // Results carry the time of the node's own clock.
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            var (earliest, latest) = new StoreReader(run.Cluster.Storage).ScoredBetween();
            if (latest < now + Hour || earliest > now - (Hour / 2))
            {
                run.Violation("no result carries the shifted time: the clocks did not jump");
            }
        },
    };

    public static Fault DiskFull { get; } = new("sqlite-disk-full", "one node on SQLite; its disk is full for 4 s", static async (run, cancellation) =>
    {
        var ballast = Path.Combine(run.Cluster.Folder, "disk", "ballast");
        var chunk = new byte[64 * 1024];
        await using (var file = File.Create(ballast))
        {
            while (new DriveInfo(Path.GetDirectoryName(ballast)!).AvailableFreeSpace > SpareBytes)
            {
                await file.WriteAsync(chunk, cancellation);
                await file.FlushAsync(cancellation);
            }
        }

        await Task.Delay(FullFor, cancellation);
        File.Delete(ballast);
        await run.Recovered(cancellation);
    })
    {
        Missing = static () => Environment.IsPrivilegedProcess ? null : "mounting a small disk needs root",
        Cluster = static folder =>
        {
            var disk = Directory.CreateDirectory(Path.Combine(folder, "disk")).FullName;
            Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={DiskMegabytes}m"), "tmpfs", disk);
            return new ClusterShape { Nodes = 1, SqliteFolder = disk };
        },
        CleanUp = static folder => Run("umount", "-l", Path.Combine(folder, "disk")),
        Verify = static run =>
        {
            if (!run.Cluster.AllNodes.Any(static node => node.Log().Contains("Store unavailable", StringComparison.Ordinal)))
            {
                run.Violation("the node never missed its store: the disk was not full");
            }
        },
    };

    private static void Set(FaultRun run, string node, string offset) =>
        File.WriteAllText(Path.Combine(run.Cluster.Folder, node + ".clock"), offset);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new FaultSuiteException(string.Create(CultureInfo.InvariantCulture, $"{program} ended with {process.ExitCode}"));
        }
    }
}
