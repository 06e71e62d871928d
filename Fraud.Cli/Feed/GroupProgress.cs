using Confluent.Kafka;

namespace Fraud.Cli.Feed;

/// <summary>How many records of a topic a group has still to commit, what lay there before the feed included.</summary>
/// <remarks>The producer's callback threads, one refreshing thread and one feeding thread may use it together.</remarks>
internal sealed class GroupProgress : IDisposable
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    private readonly Lock _reports = new();
    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly TopicPartition[] _partitions;
    private readonly long[] _ends;
    private readonly long[] _positions;
    private long _sent;
    private long _acknowledged;
    private long _failed;
    private long _reported;
    private long _settled;

    public GroupProgress(string bootstrapServers, IReadOnlyDictionary<string, string> client, string topic, int partitions, string group)
    {
        // Never subscribes, so it is no member of the group and moves none of its partitions.
        _consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig(new Dictionary<string, string>(client))
        {
            BootstrapServers = bootstrapServers,
            GroupId = group,
            EnableAutoCommit = false,
        }).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
        try
        {
            _partitions = new TopicPartition[partitions];
            _ends = new long[partitions];
            _positions = new long[partitions];
            for (var i = 0; i < partitions; i++)
            {
                _partitions[i] = new TopicPartition(topic, i);
                var log = _consumer.QueryWatermarkOffsets(_partitions[i], AnswerTime);
                _ends[i] = log.High;
                // A group that has committed nothing begins at the start of the log.
                _positions[i] = log.Low;
            }

            Refresh();
        }
        catch
        {
            _consumer.Dispose();
            throw;
        }
    }

    /// <summary>Records sent, and not yet committed as of the last <see cref="Refresh"/>.</summary>
    public long InFlight => Volatile.Read(ref _sent) - Volatile.Read(ref _settled);

    /// <summary>Records that the broker has acknowledged.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Called by the feeding thread, before the record is handed to the producer.</summary>
    public void OnSending() => Interlocked.Increment(ref _sent);

    /// <summary>Called by the feeding thread when the producer did not take the record after all.</summary>
    public void OnRefused() => Interlocked.Decrement(ref _sent);

    /// <summary>
    /// Called once for each record, by whichever threads serve the producer's callbacks: its own, and the one
    /// that flushes.
    /// </summary>
    public void OnReport(int partition, long offset, bool failed)
    {
        // One step, or a refresh in the middle of a bundle of reports would count its ends and not its records.
        lock (_reports)
        {
            _reported++;
            if (failed)
            {
                _failed++;
                return;
            }

            _acknowledged++;
            // Partitions added since the start are not followed: their records count as committed.
            if (partition < _ends.Length)
            {
                _ends[partition] = Math.Max(_ends[partition], offset + 1);
            }
        }
    }

    /// <summary>Asks the group's coordinator for its committed offsets. Blocks up to ten seconds.</summary>
    /// <exception cref="KafkaException">The coordinator gave no answer; what was known stays.</exception>
    public void Refresh()
    {
        foreach (var committed in _consumer.Committed(_partitions, AnswerTime))
        {
            var partition = committed.Partition.Value;
            if (committed.Offset.Value > _positions[partition])
            {
                _positions[partition] = committed.Offset.Value;
            }
        }

        lock (_reports)
        {
            var uncommitted = 0L;
            for (var i = 0; i < _ends.Length; i++)
            {
                uncommitted += Math.Max(0, _ends[i] - _positions[i]);
            }

            Volatile.Write(ref _settled, _reported - uncommitted);
        }
    }

    public void Dispose() => _consumer.Dispose();
}
