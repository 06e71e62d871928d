using System.Globalization;
using HdrHistogram;

namespace Fraud.Benchmarks.Load;

/// <summary>Runs a load to its end.</summary>
public static class LoadRun
{
    // A connection's thread calls a few frames deep.
    private const int StackBytes = 256 * 1024;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    /// <summary>Sends and reports; an interruption ends it early and what is on its way counts as unanswered.</summary>
    /// <param name="progress">Told once a second; null: nobody.</param>
    public static async Task<LoadReport> RunAsync(
        LoadOptions options, TimeProvider time, CancellationToken stopping, IProgress<LoadProgress>? progress = null)
    {
        if (options.Warmup > TimeSpan.Zero)
        {
            await RunAsync(options with { Duration = options.Warmup, Warmup = TimeSpan.Zero, Phases = null }, time, stopping);
        }

        var now = time.GetUtcNow();
        // Two clients may begin in the same millisecond.
        var run = string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeMilliseconds():x}{Random.Shared.Next(1 << 16):x4}");
        var template = new RequestTemplate(options, now, run);
        var arrivals = new Arrivals(options);
        var connections = new LoadConnection[options.Connections];
        var running = new Task[options.Connections];
        for (var i = 0; i < connections.Length; i++)
        {
            connections[i] = new LoadConnection(options, template, arrivals);
            running[i] = Start(connections[i], i, stopping);
        }

        var all = Task.WhenAll(running);
        while (progress is not null && await Task.WhenAny(all, Task.Delay(ProgressInterval, time, CancellationToken.None)) != all)
        {
            progress.Report(Progress(connections, arrivals));
        }

        await all;
        return Report(connections, arrivals) with { Versions = options.CountVersions ? LoadVersions.Of(connections.Select(static one => one.Versions), now) : null };
    }

    private static Task Start(LoadConnection connection, int number, CancellationToken stopping)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(Run, StackBytes) { IsBackground = true, Name = $"load-{number}" };
        thread.Start();
        return ended.Task;

        void Run()
        {
            try
            {
                connection.Run(stopping);
                ended.SetResult();
            }
            catch (Exception failure)
            {
                ended.SetException(failure);
            }
        }
    }

    private static LoadReport Report(LoadConnection[] connections, Arrivals arrivals)
    {
        var elapsed = arrivals.Elapsed;
        var accepted = Sum(connections, static connection => connection.Accepted);
        var shed = Sum(connections, static connection => connection.Shed);
        var failed = Sum(connections, static connection => connection.Failed);
        var unanswered = Sum(connections, static connection => connection.Unanswered);
        var sent = accepted.TotalCount + shed.TotalCount + failed.TotalCount + unanswered.TotalCount;
        var offered = Math.Max(arrivals.Due, sent);
        return new LoadReport(
            offered,
            LoadOutcome.Of(accepted),
            LoadOutcome.Of(shed),
            LoadOutcome.Of(failed),
            LoadOutcome.Of(unanswered),
            offered - sent,
            Math.Round(elapsed.TotalSeconds, 3),
            Math.Round((sent - unanswered.TotalCount) / elapsed.TotalSeconds, 1));
    }

    // Read beside the threads that count: a figure may be one behind, which is as good for who watches.
    private static LoadProgress Progress(LoadConnection[] connections, Arrivals arrivals) => new(
        arrivals.Elapsed,
        arrivals.Duration,
        arrivals.Due,
        connections.Sum(static connection => connection.Accepted.TotalCount),
        connections.Sum(static connection => connection.Shed.TotalCount),
        connections.Sum(static connection => connection.Failed.TotalCount + connection.Unanswered.TotalCount));

    private static HistogramBase Sum(LoadConnection[] connections, Func<LoadConnection, HistogramBase> of)
    {
        var sum = Latencies.NewHistogram();
        foreach (var connection in connections)
        {
            sum.Add(of(connection));
        }

        return sum;
    }
}
