using Confluent.Kafka;
using Fraud.Model.Decoding;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Commit;
using Fraud.Stream.Embedded;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Fraud.Stream.Tracing;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Ingest;

/// <summary>
/// Reads payments. One thread owns the consumer; each partition is filled into batches of its own. A lane
/// without room pauses its partition, and polling goes on, so the group keeps its member.
/// </summary>
/// <remarks>
/// The store says where to read on, not Kafka. A partition that is assigned is claimed there and its shard recovered;
/// until that is done the partition is paused. A consumer that fails is made anew, with backoff, and starts from the
/// store again.
/// </remarks>
public sealed partial class KafkaSource
{
    // Short, because a partition that waits for its lane is offered again after each.
    private static readonly TimeSpan PausedPoll = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan IdlePoll = TimeSpan.FromMilliseconds(100);

    // A pause throws away what the client had fetched ahead, so a lane that is full for milliseconds is waited
    // for; one that stays full (a slow store) pauses. Far below every timeout of the group.
    private static readonly TimeSpan PauseAfter = TimeSpan.FromMilliseconds(100);

    private readonly KafkaOptions _options;
    private readonly string _bootstrapServers;
    private readonly TransactionReader _reader;
    private readonly TransactionLimits _limits;
    private readonly MicroBatchPool _batches;
    private readonly ILaneIntake _lanes;
    private readonly ShardKeeper _keeper;
    private readonly PartitionProgress _progress;
    private readonly SourceCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly PaymentTracer? _tracer;
    private readonly FieldCounts? _fields;
    private readonly Dictionary<int, PartitionIntake> _intakes = [];
    private readonly Backoff _backoff;
    private PaymentDeserializer _decoder;
    private long _lastCommit;
    private CancellationToken _abort;

    public KafkaSource(
        KafkaOptions options,
        string bootstrapServers,
        TransactionLimits limits,
        MicroBatchPool batches,
        ILaneIntake lanes,
        ShardKeeper keeper,
        PartitionProgress progress,
        SourceCounters counters,
        TimeProvider time,
        ILogger<KafkaSource> log,
        PaymentTracer? tracer = null,
        FieldCounts? fields = null)
    {
        NativeKafka.Load();
        _options = options;
        _bootstrapServers = bootstrapServers;
        _limits = limits;
        _reader = new TransactionReader(limits, time);
        _decoder = new PaymentDeserializer(_reader, limits);
        _batches = batches;
        _lanes = lanes;
        _keeper = keeper;
        _progress = progress;
        _counters = counters;
        _time = time;
        _log = log;
        _tracer = tracer;
        _fields = fields;
        _backoff = new Backoff(options.RestartMin, options.RestartMax);
    }

    /// <summary>Reads until intake is stopped; then waits for what was read to be stored, and leaves the group.</summary>
    /// <param name="stopIntake">Ends reading.</param>
    /// <param name="abort">Ends at once; the store's offsets make the next start read on rightly.</param>
    public void Run(CancellationToken stopIntake, CancellationToken abort)
    {
        _abort = abort;
        while (!stopIntake.IsCancellationRequested && !abort.IsCancellationRequested)
        {
            try
            {
                RunConsumer(stopIntake, abort);
            }
            catch (Exception error) when (error is KafkaException or StoreUnavailableException)
            {
                _counters.State = SourceState.Restarting;
                var wait = _backoff.Next();
                IngestLog.ConsumerFailed(_log, wait, error);
                WaitHandle.WaitAny([stopIntake.WaitHandle, abort.WaitHandle], wait);
            }
        }

        _counters.State = SourceState.Stopped;
    }

    private void RunConsumer(CancellationToken stopIntake, CancellationToken abort)
    {
        _decoder = new PaymentDeserializer(_reader, _limits);
        _intakes.Clear();
        _counters.ForgetAll();
        var consumer = Build();
        try
        {
            TopicCheck.Partitions(consumer.Handle, _options, _log);
            consumer.Subscribe(_options.TransactionsTopic);
            _counters.State = SourceState.Running;
            while (!stopIntake.IsCancellationRequested && !abort.IsCancellationRequested)
            {
                Poll(consumer);
            }

            Drain(_intakes.Values, abort);
            CommitForLagTools(consumer, force: true);
        }
        finally
        {
            if (stopIntake.IsCancellationRequested && !abort.IsCancellationRequested)
            {
                _keeper.Revoked([.. _intakes.Keys], _options.DrainTimeout);
                GroupExit.Leave(consumer, _time, _log);
            }
            else
            {
                GroupExit.Close(consumer, _options.DrainTimeout, _log);
            }
        }
    }

    private IConsumer<RecordKey, Payment> Build()
    {
        var config = ConsumerSettings.Of(_options, _bootstrapServers, _tracer is { ReadsRecordHeaders: true });
        return new ConsumerBuilder<RecordKey, Payment>(config)
            .SetKeyDeserializer(new RecordKey())
            .SetValueDeserializer(_decoder)
            .SetPartitionsAssignedHandler((_, assigned) => Assigned(assigned))
            .SetPartitionsRevokedHandler((consumer, revoked) => { Revoked(consumer, revoked); })
            // Kafka lost sight of this node. Its shards stay until another node claims them in the store, so the front
            // door goes on while the broker is away.
            .SetPartitionsLostHandler((_, lost) => { Forget(lost); })
            .SetErrorHandler((_, error) => IngestLog.ClientError(_log, error.Code.ToString(), error.Reason))
            .SetLogHandler(static (_, _) => { })
            .Build();
    }

    private void Poll(IConsumer<RecordKey, Payment> consumer)
    {
        var anyPaused = _counters.PausedPartitions > 0;
        var result = consumer.Consume(anyPaused ? PausedPoll : IdlePoll);
        // Whatever is there goes together; nobody waits for company.
        for (var taken = 0; result is not null; taken++)
        {
            Take(consumer, result);
            if (taken == _batches.BatchCapacity)
            {
                break;
            }

            result = consumer.Consume(TimeSpan.Zero);
        }

        if (!anyPaused)
        {
            WaitForLanes();
        }

        foreach (var intake in _intakes.Values)
        {
            Offer(consumer, intake);
            ClaimContested(consumer, intake);
        }

        CommitForLagTools(consumer, force: false);
    }

    private void Take(IConsumer<RecordKey, Payment> consumer, ConsumeResult<RecordKey, Payment> result)
    {
        var payment = result.Message.Value;
        var partition = result.Partition.Value;
        if (!_intakes.TryGetValue(partition, out var intake))
        {
            // Taken away while it was in the client's queue; its next owner reads it.
            return;
        }

        var offset = result.Offset.Value;
        if (intake.NextOffset >= 0 && offset > intake.NextOffset)
        {
            CountMissing(consumer, intake, offset);
        }

        intake.NextOffset = offset + 1;
        RecordPlace.Complete(payment, result.Message.Key, partition, offset, _time);
        if (payment.DeadLetter is null)
        {
            _fields?.Add(payment.Transaction.Gaps, isFromKafka: true);
        }

        _tracer?.BeginRecord(payment, result.Message.Headers);
        if (intake.Batch is { IsFull: true })
        {
            // More came of this partition than fits one batch; the full one stays ahead of the next.
            intake.Overflow.Enqueue(intake.Batch);
            intake.Batch = null;
        }

        intake.Batch ??= NewBatch(partition);
        _decoder.Next = intake.Batch.Swap(payment);
        _counters.Read();
    }

    /// <summary>Offsets that were skipped are lost records only as far as the broker's log no longer reaches back.</summary>
    private void CountMissing(IConsumer<RecordKey, Payment> consumer, PartitionIntake intake, long offset)
    {
        // What the last fetch said; asks nobody.
        var logStart = consumer.GetWatermarkOffsets(new TopicPartition(_options.TransactionsTopic, intake.Partition)).Low.Value;
        var missing = intake.MissingBefore(offset, logStart);
        if (missing > 0)
        {
            _counters.Gap(missing);
            IngestLog.Gap(_log, _options.TransactionsTopic, intake.Partition, intake.NextOffset, offset);
        }
    }

    private MicroBatch NewBatch(int partition)
    {
        var batch = _batches.Rent();
        batch.KafkaPartition = partition;
        return batch;
    }

    private bool IsOpen(PartitionIntake intake) => _keeper.IsOpen(intake.Partition);

    private void Offer(IConsumer<RecordKey, Payment> consumer, PartitionIntake intake)
    {
        var accepted = IsOpen(intake) && TryOfferAll(intake);
        if (intake.IsPaused != !accepted)
        {
            IReadOnlyList<TopicPartition> partition = [new TopicPartition(_options.TransactionsTopic, intake.Partition)];
            if (accepted)
            {
                consumer.Resume(partition);
            }
            else
            {
                consumer.Pause(partition);
            }

            _counters.PausedPartitions += (accepted ? 0 : 1) - (intake.IsPaused is true ? 1 : 0);
            intake.IsPaused = !accepted;
        }
    }

    private void WaitForLanes()
    {
        var started = _time.GetTimestamp();
        while (!_intakes.Values.Where(IsOpen).All(TryOfferAll) && _time.GetElapsedTime(started) < PauseAfter)
        {
            _progress.WaitForChange(PausedPoll);
        }
    }

    /// <summary>Hands everything held to the lane, oldest first; false when the lane is full.</summary>
    private bool TryOfferAll(PartitionIntake intake)
    {
        while (intake.Oldest is { } batch)
        {
            // Counted before it is offered: it may be stored before the call returns.
            var count = batch.Count;
            _progress.Accepted(intake.Partition, count);
            if (!_lanes.TryOffer(batch))
            {
                _progress.Accepted(intake.Partition, -count);
                return false;
            }

            intake.RemoveOldest();
        }

        return true;
    }
}
