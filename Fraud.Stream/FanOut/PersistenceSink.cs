using Fraud.Stream.Batching;
using Fraud.Stream.Commit;
using Fraud.Stream.Lifecycle;
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
/// </remarks>
public sealed class PersistenceSink(
    StageQueue<MicroBatch> input,
    IFraudStore store,
    PartitionProgress progress,
    PersistenceOptions options,
    StreamMetrics metrics,
    TimeProvider time,
    ILogger<PersistenceSink> log)
{
    private readonly List<MicroBatch> _group = [];
    private readonly Backoff _backoff = new(options.RetryMin, options.RetryMax);

    /// <summary>Batches whose commit failed. Only after the thread ended.</summary>
    internal IEnumerable<MicroBatch> Unfinished => _group;

    public void Run(CancellationToken cancellation)
    {
        while (input.Read(out var first, cancellation))
        {
            Gather(first);
            Commit(cancellation);
            foreach (var batch in _group)
            {
                Acknowledge(batch);
            }

            _group.Clear();
        }
    }

    private void Gather(MicroBatch first)
    {
        _group.Add(first);
        var rows = first.Count;
        while (input.TryPeek(out var next) && rows + next.Count <= options.MaxGroupSize && input.TryRead(out next))
        {
            _group.Add(next);
            rows += next.Count;
        }
    }

    private void Commit(CancellationToken cancellation)
    {
        while (true)
        {
            var started = time.GetTimestamp();
            try
            {
                store.Commit(_group);
                _backoff.Reset();
                metrics.Committed(_group, time.GetElapsedTime(started));
                return;
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

    private void Acknowledge(MicroBatch batch)
    {
        var payments = batch.Payments;
        if (batch.IsFromKafka)
        {
            progress.Stored(batch.KafkaPartition, payments.Length, payments[^1].KafkaOffset + 1);
        }

        foreach (var payment in payments)
        {
            // With Scored the answer has left already, unless only the store knew it.
            if (!payment.IsAnswered)
            {
                payment.IsAnswered = true;
                payment.Reply?.Complete(payment);
            }
        }

        batch.MarkStored();
        batch.Release();
    }
}
