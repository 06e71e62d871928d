using System.Globalization;
using System.Runtime.InteropServices;
using Fraud.Faults.Cluster;

namespace Fraud.Faults.Fuzz;

/// <summary><c>./test --fuzz</c>: a service in a process of its own, broken requests, a good client, a report.</summary>
public static class FuzzProgram
{
    private const string Help = """
        Sends mutated requests to a running service beside a good client.

          --requests N   how many (default 100000)
          --seed N       which (default 1); the same seed makes the same requests
          --first N      number of the first; with --requests 1 one of a run is made again
          --rate N       requests a second (default 1000); 0 as fast as they go
          --table FILE   the tables, in Markdown
        """;

    // As late as the service lets payments over HTTP be before it holds Kafka back: Overload:HttpLatencyTarget.
    private static readonly TimeSpan MostLonger = TimeSpan.FromMilliseconds(10);

    // So few payments have no 99th percentile.
    private const int FewestRequests = 10_000;

    private const int Violated = 1;
    private const int Misused = 2;

    /// <param name="args">What follows --fuzz.</param>
    /// <returns>Exit code.</returns>
    public static async Task<int> Run(string[] args)
    {
        var options = new FuzzOptions();
        string? table = null;
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--requests" when int.TryParse(value, CultureInfo.InvariantCulture, out var requests) && requests > 0:
                    options = options with { Requests = requests };
                    break;
                case "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out var seed):
                    options = options with { Seed = seed };
                    break;
                case "--first" when long.TryParse(value, CultureInfo.InvariantCulture, out var first) && first >= 0:
                    options = options with { First = first };
                    break;
                case "--rate" when double.TryParse(value, CultureInfo.InvariantCulture, out var rate) && rate >= 0:
                    options = options with { Rate = rate };
                    break;
                case "--table" when value.Length > 0:
                    table = value;
                    break;
                default:
                    await Console.Error.WriteLineAsync($"fuzz: {args[i]}: expected one of these options\n{Help}");
                    return Misused;
            }
        }

        using var stopping = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var report = await Run(options, stopping.Token);
        if (table is not null)
        {
            await File.WriteAllTextAsync(table, report.ToMarkdown(), CancellationToken.None);
        }

        // In the words of `dotnet test`, which ./test adds up.
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Fuzz - Failed: {Math.Min(1, report.ViolationCount),5}, Passed: {(report.ViolationCount == 0 ? 1 : 0),5}"));
        return report.ViolationCount == 0 ? 0 : Violated;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.Cancel();
        }
    }

    private static async Task<FuzzReport> Run(FuzzOptions options, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("fraud-fuzz-").FullName;
        var log = Path.Combine(folder, "service.log");
        await using var node = NodeProcess.Start(
            "fuzzed",
            log,
            [
                "--urls", "http://127.0.0.1:0", "--no-feed", "--data", folder,
                // Who stops sending is given up soon, so that a run sees it.
                "--set", "Edge:HeadersTimeout=00:00:02", "--set", "Edge:SlowGrace=00:00:02", "--set", "Edge:BodyTimeout=00:00:05",
                "--set", "PredictStream:IdleTimeout=00:00:05",
                "--set", $"Stripe:WebhookSecrets={FuzzCorpus.StripeSecret}", "--set", "Stripe:Tolerance=1.00:00:00",
            ]);
        await node.WaitUntilUp(cancellation);
        var watch = new ServerWatch(node.Id, node.Url!);
        watch.Remember();
        var report = await new FuzzRun(node.Url!, options) { Warm = watch.Remember }.Run(cancellation);
        await watch.Compare(report, cancellation);
        if (options.Requests >= FewestRequests)
        {
            report.ExpectUnaffected(MostLonger);
        }

        if (!report.Good!.AreStandstillsWatched)
        {
            report.Notes.Add("no right to real-time priority: the machine's standstills were not seen");
        }

        foreach (var line in node.Log().Split('\n').Where(IsTrouble).Take(10))
        {
            var underWay = TimeSpan.TryParse(line.Split(' ')[0], CultureInfo.InvariantCulture, out var time) ? report.UnderWayAt(time) : "";
            report.Violate($"the service's log: {line}\n    meanwhile: {underWay}");
        }

        await node.Terminate(TimeSpan.FromSeconds(30));
        Console.WriteLine(report.ToMarkdown());
        foreach (var note in report.Notes)
        {
            Console.WriteLine(note);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"seed {options.Seed}: {report.Requests} requests, {report.ViolationCount} violations"));
        foreach (var violation in report.Violations)
        {
            Console.WriteLine("  " + violation);
        }

        if (report.ViolationCount == 0)
        {
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            Console.WriteLine($"  log of the service: {log}");
        }

        return report;
    }

    private static bool IsTrouble(string line) =>
        line.Contains("fail:", StringComparison.Ordinal)
        || line.Contains("crit:", StringComparison.Ordinal)
        // A warning of Kestrel's: it lost its place in a connection.
        || line.Contains("ended abnormally", StringComparison.Ordinal);
}
