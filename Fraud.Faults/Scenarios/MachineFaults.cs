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
    private const long Hour = 3_600_000;

    // The library for programs with threads, where Debian's package puts it; null without the package.
    private static readonly string? FakeTime = Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu")
        .Select(static folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1"))
        .FirstOrDefault(File.Exists);

    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestApart = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static Fault ClockJump { get; } = new(
        "clock-jump",
        "one node's clock 2 h ahead, another's 1 h behind, for 3 s and until results of both are stored; then back",
        static async (run, cancellation) =>
        {
            Set(run, "node1", "+7200");
            Set(run, "node2", "-3600");
            await Task.Delay(Apart, cancellation);
            // A machine that has too much to do may store nothing for seconds.
            for (var since = Stopwatch.GetTimestamp(); !HaveJumped(run) && Stopwatch.GetElapsedTime(since) < LongestApart;)
            {
                await Task.Delay(Look, cancellation);
            }

            Set(run, "node1", "+0");
            Set(run, "node2", "+0");
            await run.Recovered(cancellation);
        })
    {
        Missing = static () => FakeTime is null ? "moving a process's clock needs libfaketime (Debian: libfaketime)" : null,
        Cluster = static folder => new ClusterShape
        {
            EnvironmentOf = name => new Dictionary<string, string>
            {
                ["LD_PRELOAD"] = FakeTime!,
                ["FAKETIME_TIMESTAMP_FILE"] = ClockOf(folder, name),
                // Read once a second: at each look at the clock, threads would queue up for the file.
                ["FAKETIME_CACHE_DURATION"] = "1",
                // .NET waits by the monotonic clock. libfaketime believes glibc 2.36 to wait by the wall clock even then
                // and translates its deadlines, so that most waits end early.
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
                ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
                ["NO_FAKE_STAT"] = "1",
            },
        },
        CleanUp = static _ => RemoveLeftovers(),
        Verify = static run =>
        {
            if (!HaveJumped(run))
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

    /// <summary>Whether results of both nodes were stored under their shifted clocks: a result carries the time of its node.</summary>
    private static bool HaveJumped(FaultRun run)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var (earliest, latest) = new StoreReader(run.Cluster.Storage).ScoredBetween();
        return latest > now + Hour && earliest < now - (Hour / 2);
    }

    /// <summary>
    /// What libfaketime shares between a process and its children outlives one that is killed, and the next process with that id
    /// would not start.
    /// </summary>
    private static void RemoveLeftovers()
    {
        foreach (var file in Directory.EnumerateFiles("/dev/shm", "*faketime_*"))
        {
            if (!Directory.Exists("/proc/" + file[(file.LastIndexOf('_') + 1)..]))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Moved into place whole: an empty file would be no offset.</summary>
    private static void Set(FaultRun run, string node, string offset)
    {
        var file = ClockOf(run.Cluster.Folder, node);
        File.WriteAllText(file + ".next", offset);
        File.Move(file + ".next", file, overwrite: true);
    }

    private static string ClockOf(string folder, string node) => Path.Combine(folder, node + ".clock");

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
