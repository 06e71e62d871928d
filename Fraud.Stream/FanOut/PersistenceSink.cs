using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Commit;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Overload;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.FanOut;

/// <summary>
/// Writes what is waiting in one transaction (group commit), then acknowledges: the HTTP answers, the
/// commit watermark, the batch itself.
/// </summary>
/// <remarks>
/// A store that is away is waited for, as long as it takes: the queues behind fill, the partitions
/// pause, the front door sheds. Nothing is dropped.
/// What belongs to a shard that another node has claimed is: that node reads it again, and callers are told to
/// come back.
/// </remarks>
public sealed class PersistenceSink(
    BatchIntake intake,
    IFraudStore store,
    PartitionProgress progress,
    ShardParts shards,
    PersistenceOptions options,
    StreamMetrics metrics,
    KafkaPace pace,
    TimeProvider time,
    ILogger<PersistenceSink> log)
{
    // Who waited so lately that another will soon.
    private static readonly TimeSpan Beside = TimeSpan.FromSeconds(1);

    private readonly Backoff _backoff = new(options.RetryMin, options.RetryMax);
    private readonly int _maxGroup = options.MaxGroupSize > 0 ? options.MaxGroupSize : store.GroupSize;
    private int _turn;
    private long _expressAt;
    private long _commitStarted;
    private long _commitEnded;
    private int _attempts;

    /// <summary>Batches whose commit failed. Only after the thread ended.</summary>
    internal IEnumerable<MicroBatch> Unfinished => intake.Group;

    public void Run(CancellationToken cancellation)
    {
        Func<bool> tryTake = TryTake;
        while (intake.Wait(tryTake, cancellation))
        {
            shards.Terminals.Stored(intake.Group, Commit(cancellation));
            foreach (var batch in intake.Group)
            {
                Acknowledge(batch);
            }

            intake.Clear();
        }
    }

    // Somebody waits for the commit that an express batch is in, so nothing of Kafka's makes it longer; but every
    // second commit belongs to Kafka when something waits there.
    private bool TryTake() => (_turn++ & 1) == 1 ? TakeBulk() || TakeExpress() : TakeExpress() || TakeBulk();

    private bool TakeExpress()
    {
        if (!intake.TakeExpress(_maxGroup))
        {
            return false;
        }

        _expressAt = time.GetTimestamp();
        return true;
    }

    private bool TakeBulk() => intake.TakeBulk(
        _expressAt != 0 && time.GetElapsedTime(_expressAt) < Beside ? Math.Min(_maxGroup, options.MaxGroupBesideHttp) : _maxGroup);

    private IReadOnlyList<ShardPosition> Commit(CancellationToken cancellation)
    {
        _commitStarted = time.GetTimestamp();
        for (_attempts = 1; ; _attempts++)
        {
            var started = time.GetTimestamp();
            try
            {
                var positions = store.Commit(intake.Group, shards.Leases);
                _backoff.Reset();
                _commitEnded = time.GetTimestamp();
                metrics.Committed(intake.Group, time.GetElapsedTime(started, _commitEnded));
                return positions;
            }
            catch (ShardsFencedException error)
            {
                Fence(error.Shards);
            }
            catch (StoreUnavailableException error)
            {
                var wait = _backoff.Next();
                metrics.StoreFailed();
                StreamLog.StoreUnavailable(log, wait, error);
                cancellation.WaitHandle.WaitOne(wait);
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    private void Fence(IReadOnlyCollection<int> lost)
    {
        foreach (var batch in intake.Group)
        {
            foreach (var payment in batch.Payments)
            {
                if (lost.Contains(payment.Shard))
                {
                    payment.State = PaymentState.Fenced;
                }
            }
        }

        foreach (var shard in lost)
        {
            shards.Keeper.Lost(shard);
        }
    }

    private void Acknowledge(MicroBatch batch)
    {
        var payments = batch.Payments;
        if (batch.IsFromKafka && payments[0].State == PaymentState.Fenced)
        {
            progress.Accepted(batch.KafkaPartition, -payments.Length);
        }
        else if (batch.IsFromKafka)
        {
            progress.Stored(batch.KafkaPartition, payments.Length, payments[^1].KafkaOffset + 1);
        }

        foreach (var payment in payments)
        {
            if (payment is { State: PaymentState.Duplicate, IsCounted: true })
            {
                // Known to the store for so long that the recent ids had forgotten it.
                var transaction = payment.Transaction;
                shards.Profile.CardsOf(payment.Shard)?.Retract(
                    transaction.CardId, transaction.AmountMinor, transaction.EventTimeMs);
            }

            shards.Progress.Leave(payment.Shard, 1);
            if (payment.State == PaymentState.Fenced)
            {
                payment.Trace?.Failed(payment, "its shard went to another node");
                if (!payment.IsAnswered)
                {
                    payment.Reply?.Fail(payment, new ShardsFencedException([payment.Shard]));
                }

                continue;
            }

            // With Scored the answer has left already, unless only the store knew it.
            if (!payment.IsAnswered)
            {
                payment.IsAnswered = true;
                if (payment.Reply is { } reply)
                {
                    pace.Answered(payment.ArrivedTimestamp);
                    reply.Complete(payment);
                }
            }

            // Behind the answer: making spans takes some microseconds.
            payment.Trace?.Stored(payment, _commitStarted, _commitEnded, _attempts, intake.Payments);
        }

        batch.MarkStored();
        batch.Release();
    }
}
