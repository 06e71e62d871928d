using System.Globalization;
using Fraud.Benchmarks.Load;
using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Workload;

namespace Fraud.Benchmarks.Http;

/// <summary>
/// Sends requests, in a process of its own where there is one to start: wrk when it is installed, else this
/// program's own load command, else threads of this process.
/// </summary>
internal sealed class LoadClient
{
    private readonly Func<Uri, TimeSpan, CancellationToken, Task<LoadResult>> _send;

    private LoadClient(string description, Func<Uri, TimeSpan, CancellationToken, Task<LoadResult>> send)
    {
        Description = description;
        _send = send;
    }

    /// <summary>Who sends, for the report.</summary>
    public string Description { get; }

    /// <summary>As fast as answers come.</summary>
    public static LoadClient ForMaximum(Scratch scratch, int connections) =>
        Wrk.Find() is { } wrk
            ? new LoadClient("load from wrk, one thread", new Wrk(wrk, scratch, connections).SendAsync)
            : AtRate(0, connections);

    /// <param name="rate">Requests a second at fixed times; 0 is as fast as answers come.</param>
    public static LoadClient AtRate(double rate, int connections) =>
        LoadProgram.Find() is { } program
            ? new LoadClient(
                Describe("fraud load in a process of its own", rate),
                (address, duration, cancellation) => LoadProgram.SendAsync(program, Options(address, rate, duration, connections), cancellation))
            : new LoadClient(
                Describe("fraud load in the same process", rate),
                async (address, duration, cancellation) => LoadResult.Of(
                    await LoadRun.RunAsync(Options(address, rate, duration, connections), TimeProvider.System, cancellation)));

    public Func<TimeSpan, CancellationToken, Task<Sample>> Against(Uri address) => async (duration, cancellation) =>
    {
        var meter = Meter.Start();
        var result = await _send(address, duration, cancellation);
        var sample = meter.Stop(result.Answers);
        return result.Failed == 0
            // The sender's own clock: starting a process is not part of the load.
            ? sample with { Elapsed = result.Elapsed, P50Ms = result.P50Ms, P99Ms = result.P99Ms }
            : throw new InvalidDataException($"{address}: {result.Failed} of {result.Answers + result.Failed} requests were not answered with 200.");
    };

    private static string Describe(string who, double rate) =>
        rate > 0 ? string.Create(CultureInfo.InvariantCulture, $"{who}, {rate:N0} requests/s") : $"load from {who}";

    private static LoadOptions Options(Uri address, double rate, TimeSpan duration, int connections) =>
        new() { Address = address, Rate = rate, Duration = duration, Connections = connections };
}

/// <summary>What a sender saw.</summary>
/// <param name="Answers">With status 200.</param>
/// <param name="Failed">All others, and those that never came.</param>
internal readonly record struct LoadResult(long Answers, long Failed, TimeSpan Elapsed, double P50Ms, double P99Ms)
{
    public static LoadResult Of(LoadReport report) => new(
        report.Accepted.Count,
        report.Shed.Count + report.Failed.Count + report.Unanswered.Count + report.Unsent,
        TimeSpan.FromSeconds(report.Seconds),
        report.Accepted.P50Ms,
        report.Accepted.P99Ms);
}
