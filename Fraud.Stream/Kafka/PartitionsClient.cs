using System.Globalization;
using Confluent.Kafka;
using Fraud.Stream.Batching;
using Fraud.Stream.Ingest;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Kafka;

/// <summary>
/// The Kafka client: does what the <see cref="PartitionTable"/> says. Used by one thread, but for opening and closing.
/// </summary>
/// <remarks>
/// It names a group so that lag tools see its offsets, and is no member of it: no group decides what it reads, and none waits for
/// its heartbeats. All its methods but <see cref="CloseAsync"/> throw <see cref="KafkaException"/> where another client must be made.
/// </remarks>
internal sealed class PartitionsClient
{
    // A client without a group to leave is closed in milliseconds.
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(5);

    // Far above what a broker takes to say where a log starts and ends.
    private static readonly TimeSpan LongestQuestion = TimeSpan.FromSeconds(5);

    private readonly KafkaOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly RecordKey _key = new();
    private readonly RecordReader _reader;
    private readonly PaymentDeserializer _decoder;
    private readonly IConsumer<RecordKey, Payment> _consumer;
    private readonly Dictionary<int, AssignedPartition> _told = [];
    private readonly BrokerSilence _silence;
    private Error? _fatal;
    private long _version = -1;

    private PartitionsClient(PartitionsSettings settings, RecordReader reader, TimeProvider time, ILogger log)
    {
        _options = settings.Kafka;
        _time = time;
        _log = log;
        _reader = reader;
        _decoder = reader.NewDeserializer();
        _silence = new BrokerSilence(time);
        _consumer = new ConsumerBuilder<RecordKey, Payment>(SettingsOf(settings, reader.ReadsHeaders))
            .SetKeyDeserializer(_key)
            .SetValueDeserializer(_decoder)
            .SetErrorHandler((_, error) => Failed(error))
            .SetOffsetsCommittedHandler((_, committed) => Committed(committed))
            .SetLogHandler(static (_, _) => { })
            .Build();
    }

    /// <summary>The payment that the next record fills; who keeps a record's payment puts an empty one here.</summary>
    public Payment Next
    {
        set => _decoder.Next = value;
    }

    /// <summary>Makes a client. Waits two seconds at most for a broker that does not answer.</summary>
    /// <exception cref="KafkaException">The topic has another number of partitions than there are shards.</exception>
    public static PartitionsClient Open(PartitionsSettings settings, RecordReader reader, TimeProvider time, ILogger log)
    {
        var client = new PartitionsClient(settings, reader, time, log);
        try
        {
            TopicCheck.Partitions(client._consumer.Handle, settings.Kafka, log);
            return client;
        }
        catch
        {
            client._consumer.Dispose();
            throw;
        }
    }

    /// <summary>Reads what the table has, and nothing else, each partition from where it was read to.</summary>
    /// <returns>The partitions that are read newly.</returns>
    public IReadOnlyList<AssignedPartition> Match(PartitionTable table)
    {
        if (_version == table.Version)
        {
            return [];
        }

        var leaving = _told.Values.Where(told => table.Find(told.Partition) != told).ToArray();
        Unassign(leaving);
        var joining = table.Assigned.Where(assigned => !_told.ContainsKey(assigned.Partition)).ToArray();
        Assign(joining);
        _version = table.Version;
        return joining;
    }

    /// <summary>Begins a partition again where it goes on now.</summary>
    public void Restart(AssignedPartition partition)
    {
        Unassign([partition]);
        Assign([partition]);
    }

    public void Pause(IReadOnlyCollection<AssignedPartition> partitions)
    {
        if (partitions.Count > 0)
        {
            _consumer.Pause(partitions.Select(Place));
        }
    }

    public void Resume(IReadOnlyCollection<AssignedPartition> partitions)
    {
        if (partitions.Count > 0)
        {
            _consumer.Resume(partitions.Select(Place));
        }
    }

    /// <summary>The next record, or null when none came in time. Its payment is <see cref="Next"/>, filled.</summary>
    /// <param name="unreachable">A partition whose log does not have the wanted offset: it is not read until <see cref="Restart"/>.</param>
    public ConsumeResult<RecordKey, Payment>? Consume(TimeSpan wait, out int? unreachable)
    {
        unreachable = null;
        if (_fatal is not null)
        {
            throw new KafkaException(_fatal);
        }

        try
        {
            var record = _consumer.Consume(wait);
            _silence.Polled(hasRecord: record is not null);
            return record;
        }
        catch (ConsumeException error) when (error.Error.Code == ErrorCode.Local_AutoOffsetReset)
        {
            unreachable = error.ConsumerRecord.Partition.Value;
            return null;
        }
        catch (ConsumeException error) when (error.Error.Code == ErrorCode.Local_ValueDeserialization)
        {
            return Poison(error);
        }
    }

    /// <summary>Where the log of a partition starts and ends; asks the broker.</summary>
    public (long Start, long End) LogOf(AssignedPartition partition)
    {
        var log = _consumer.QueryWatermarkOffsets(Place(partition), LongestQuestion);
        return (log.Low.Value, log.High.Value);
    }

    /// <summary>Has the group told what the store holds of a partition, at the client's own interval and without waiting.</summary>
    public void Tell(AssignedPartition partition)
    {
        try
        {
            _consumer.StoreOffset(new TopicPartitionOffset(Place(partition), partition.Stored));
        }
        catch (KafkaException error)
        {
            // Only lag tools look at these; the store holds the offsets that count. It is told again.
            PartitionsLog.NotCommitted(_log, error.Error.Reason);
        }
    }

    /// <summary>Tells the group the last offsets, and ends the client. One that hangs is left behind.</summary>
    public async Task CloseAsync()
    {
        // Waits for brokers, on a thread that nothing else waits for.
        var closing = Task.Factory.StartNew(Close, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await closing.WaitAsync(LongestClose, _time);
        }
        catch (TimeoutException)
        {
            PartitionsLog.CloseDeadline(_log, LongestClose);
        }
    }

    private static ConsumerConfig SettingsOf(PartitionsSettings settings, bool headers)
    {
        var config = ConsumerSettings.Of(settings.Kafka, settings.BootstrapServers, headers);
        // Where to read is in every assignment. A log that does not reach there is a gap, and no reset may hide it.
        config.AutoOffsetReset = AutoOffsetReset.Error;
        // The client tells the group what StoreOffset was given, behind everything else; a commit of our own would wait for
        // the group's coordinator.
        config.EnableAutoCommit = true;
        config.AutoCommitIntervalMs = (int)settings.Kafka.CommitInterval.TotalMilliseconds;
        // The client starts again from the bootstrap addresses when it has no broker left, as is its default ("rebootstrap"). With "none" it
        // was without one for good after 1 of 6 restarts of a broker; with the default that is rarer, and BrokerSilence notices it.
        return config;
    }

    // The decoder threw, which it never should. Read again the record would throw again, and stop its partition for good.
    private ConsumeResult<RecordKey, Payment> Poison(ConsumeException error)
    {
        var record = error.ConsumerRecord;
        PartitionsLog.Poison(_log, record.Partition.Value, record.Offset.Value, error);
        var payment = _decoder.Next;
        payment.Clear();
        payment.State = PaymentState.Undecodable;
        payment.DeadLetter = new DeadLetter([], _reader.Hide(record.Message.Value), "poison", "reading the record failed");
        return new ConsumeResult<RecordKey, Payment>
        {
            TopicPartitionOffset = record.TopicPartitionOffset,
            Message = new Message<RecordKey, Payment> { Key = _key, Value = payment, Headers = record.Message.Headers },
        };
    }

    private void Close()
    {
        try
        {
            _consumer.Close();
        }
        catch (KafkaException error)
        {
            PartitionsLog.NotCommitted(_log, error.Error.Reason);
        }

        _consumer.Dispose();
    }

    private void Assign(IReadOnlyCollection<AssignedPartition> joining)
    {
        if (joining.Count == 0)
        {
            return;
        }

        // With the offset in the assignment: a seek behind it would race with what the client fetches already.
        _consumer.IncrementalAssign(joining.Select(partition =>
            new TopicPartitionOffset(Place(partition), partition.Next < 0 ? Offset.Beginning : new Offset(partition.Next))));
        foreach (var partition in joining)
        {
            _told[partition.Partition] = partition;
        }

        PartitionsLog.Assigned(_log, Names(joining));
    }

    private void Unassign(IReadOnlyCollection<AssignedPartition> leaving)
    {
        if (leaving.Count == 0)
        {
            return;
        }

        _consumer.IncrementalUnassign(leaving.Select(Place));
        foreach (var partition in leaving)
        {
            _told.Remove(partition.Partition);
        }

        PartitionsLog.Unassigned(_log, Names(leaving));
    }

    private TopicPartition Place(AssignedPartition partition) => new(_options.TransactionsTopic, partition.Partition);

    private static string Names(IEnumerable<AssignedPartition> partitions) => string.Join(
        ',', partitions.Select(static partition => partition.Partition.ToString(CultureInfo.InvariantCulture)));

    private void Failed(Error error)
    {
        if (error.IsFatal)
        {
            _fatal = error;
        }

        _silence.Told(error);
        PartitionsLog.ClientError(_log, error.Code, error.Reason);
    }

    private void Committed(CommittedOffsets committed)
    {
        if (committed.Error.IsError)
        {
            PartitionsLog.NotCommitted(_log, committed.Error.Reason);
        }
    }
}
