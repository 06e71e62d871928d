using System.Diagnostics;
using System.Globalization;
using Fraud.Faults.Cluster;

namespace Fraud.Faults.Scenarios;

/// <summary>
/// How long each shard stood still around a change of its owner: from the last commit that the store shows under one claim to the first
/// under a later one. Payments come all the time, so what it adds to the pause is their distance.
/// </summary>
public sealed class PauseWatch : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly FraudCluster _cluster;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<int, (long Sequence, long Generation, long At)> _last = [];
    private readonly SortedDictionary<int, List<TimeSpan>> _pauses = [];
    private readonly Task _watching;

    public PauseWatch(FraudCluster cluster)
    {
        _cluster = cluster;
        _watching = Task.Run(Watch);
    }

    /// <summary>Ends it, and tells the run each pause and the longest of each shard.</summary>
    public async Task Report(FaultRun run)
    {
        await Stop();
        foreach (var pause in _pauses.Values.SelectMany(static pauses => pauses))
        {
            run.Outage(pause);
        }

        run.Note("pauses of each shard in seconds: " + string.Join("; ", _pauses.Select(static shard => string.Create(
            CultureInfo.InvariantCulture,
            $"{shard.Key}: {string.Join(' ', shard.Value.Select(static pause => pause.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)))}"))));
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _stop.Dispose();
    }

    private async Task Stop()
    {
        await _stop.CancelAsync();
        await _watching;
    }

    private async Task Watch()
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (var row in _cluster.TryReadHeads())
            {
                var now = Stopwatch.GetTimestamp();
                if (!_last.TryGetValue(row.Shard, out var last))
                {
                    _last[row.Shard] = (row.Sequence, row.Generation, now);
                }
                else if (row.Sequence > last.Sequence)
                {
                    if (row.Generation > last.Generation)
                    {
                        Add(row.Shard, Stopwatch.GetElapsedTime(last.At, now));
                    }

                    _last[row.Shard] = (row.Sequence, row.Generation, now);
                }
            }

            await Task.Delay(Look, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Add(int shard, TimeSpan pause)
    {
        if (!_pauses.TryGetValue(shard, out var pauses))
        {
            _pauses[shard] = pauses = [];
        }

        pauses.Add(pause);
    }
}
