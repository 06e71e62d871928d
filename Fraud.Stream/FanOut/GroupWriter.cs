using Fraud.Stream.Batching;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.FanOut;

/// <summary>Carries a <see cref="GroupCommit"/> out: writes, reads heads after an unknown outcome, waits for a store that is away.</summary>
/// <remarks>Blocks; one caller at a time.</remarks>
/// <param name="fenced">Told the shards that another node has. Must not block.</param>
/// <param name="stop">Ends the wait for the store.</param>
public sealed class GroupWriter(
    IFraudStore store, PersistenceOptions options, StreamMetrics metrics, Action<OpenShard> fenced, ILogger<GroupWriter> log, CancellationToken stop)
{
    private readonly Backoff _backoff = new(options.RetryMin, options.RetryMax);

    /// <summary>Writes until the fate of each shard is known. Payments of those that were lost are marked as fenced.</summary>
    /// <param name="pages">Of these batches, in order of shard; the same for each attempt.</param>
    /// <param name="open">The shard of a commit.</param>
    /// <returns>What was committed.</returns>
    /// <exception cref="OperationCanceledException">Stopped while the store was away.</exception>
    public (IReadOnlyList<ShardCommit> Done, CommitTimes Times) Write(
        IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardPage> pages, Func<int, OpenShard> open)
    {
        var began = metrics.Time.GetTimestamp();
        var attempt = 0;
        IReadOnlyList<ShardCommit> done = [];
        for (var group = GroupCommit.Begin([.. pages.Select(static page => page.Commit)]); group.Action != GroupAction.Finished;)
        {
            attempt += group.Action == GroupAction.Write ? 1 : 0;
            var started = metrics.Time.GetTimestamp();
            GroupStep step;
            try
            {
                step = Step(group, pages);
                if (group.Action == GroupAction.Write)
                {
                    // A store that can be read and not written, as after a failover, is no better.
                    _backoff.Reset();
                }
            }
            catch (StoreUnavailableException error)
            {
                Wait(error);
                group = group.Unknown().Next;
                continue;
            }

            if (step.Done.Count > 0)
            {
                // Nearly always the first step has all.
                done = done.Count == 0 ? step.Done : [.. done, .. step.Done];
                metrics.Committed(batches, metrics.Time.GetElapsedTime(started));
            }

            Fence(batches, step.Lost, open);
            group = step.Next;
        }

        return (done, new CommitTimes(began, metrics.Time.GetTimestamp(), attempt));
    }

    private GroupStep Step(GroupCommit group, IReadOnlyList<ShardPage> pages)
    {
        if (group.Action == GroupAction.ReadHeads)
        {
            return group.Read(store.ReadHeads([.. group.Pending.Select(static commit => commit.Shard)]));
        }

        var pending = group.Pending.Count == pages.Count ? pages : [.. pages.Where(page => group.Pending.Contains(page.Commit))];
        return group.Written(store.Commit(pending));
    }

    private void Fence(IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardCommit> lost, Func<int, OpenShard> open)
    {
        if (lost.Count == 0)
        {
            return;
        }

        foreach (var commit in lost)
        {
            var shard = open(commit.Shard);
            shard.Drop();
            fenced(shard);
        }

        foreach (var batch in batches)
        {
            foreach (var payment in batch.Payments)
            {
                if (lost.Any(commit => commit.Shard == payment.Shard) && payment.State != PaymentState.Expired)
                {
                    payment.State = PaymentState.Fenced;
                }
            }
        }
    }

    private void Wait(StoreUnavailableException error)
    {
        var wait = _backoff.Next();
        metrics.StoreFailed();
        StreamLog.StoreUnavailable(log, wait, error);
        stop.WaitHandle.WaitOne(wait);
        stop.ThrowIfCancellationRequested();
    }
}
