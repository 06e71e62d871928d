using Confluent.Kafka;

namespace Fraud.Stream.Embedded;

/// <summary>
/// A Kafka cluster inside this process, for a start without set-up and for tests with faults. It
/// speaks the real protocol on loopback ports, so any client of any process can use it: groups,
/// committed offsets, headers, compression, idempotent and transactional producers.
/// </summary>
/// <remarks>
/// <para>
/// It forgets. Each partition keeps its newest 5 MB or 100,000 producer batches, whichever is less
/// (constants inside librdkafka, not settings), and everything is gone when it is disposed. Who feeds it
/// must wait for the consumer's progress; who reads must count the gap when a position is no longer there.
/// </para>
/// <para>
/// Batches of a partition are found by walking them from the oldest, so a producer that sends every
/// record alone makes each fetch slower: give producers some <c>linger.ms</c>.
/// </para>
/// <para>
/// A group that changes waits for all its earlier members, at most their session timeout less a second:
/// tests with several members want a short <c>session.timeout.ms</c>.
/// </para>
/// <para>
/// Not offered: the admin API (make topics with <see cref="CreateTopic"/>), quotas, ACLs, fencing of a
/// duplicate static member or of a transactional commit from an earlier generation.
/// </para>
/// <para>
/// All members may be called from any thread. The faults take effect before the call returns, except that
/// clients notice a new leader or coordinator only when they next ask.
/// </para>
/// </remarks>
public sealed class EmbeddedBroker : IDisposable, IAsyncDisposable
{
    /// <summary>Stands for every broker in <see cref="StopBroker"/>, <see cref="StartBroker"/> and <see cref="SetRoundTripTime"/>.</summary>
    public const int AllBrokers = -1;

    private readonly MockCluster _cluster;
    private readonly int _replicationFactor;

    /// <summary>Starts the cluster and makes the topics; it can be used when the constructor returns.</summary>
    /// <exception cref="InvalidOperationException">librdkafka could not start it, or refused a topic.</exception>
    public EmbeddedBroker(EmbeddedBrokerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Brokers, 1, nameof(options));
        NativeKafka.Load();

        _replicationFactor = Math.Min(3, options.Brokers);
        _cluster = MockCluster.Start(options.Brokers);
        try
        {
            BootstrapServers = _cluster.Bootstraps();
            MockCluster.SetGroupRebalanceDelay(_cluster, Milliseconds(options.GroupRebalanceDelay));
            foreach (var (topic, partitions) in options.Topics)
            {
                CreateTopic(topic, partitions);
            }
        }
        catch
        {
            _cluster.Dispose();
            throw;
        }
    }

    /// <summary>What clients take as <c>bootstrap.servers</c>. The ports are chosen by the system.</summary>
    public string BootstrapServers { get; }

    /// <exception cref="ArgumentOutOfRangeException">The number of partitions is not positive.</exception>
    /// <exception cref="InvalidOperationException">The topic exists.</exception>
    public void CreateTopic(string topic, int partitions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        Check(MockCluster.CreateTopic(_cluster, topic, partitions, _replicationFactor), $"create topic {topic}");
    }

    /// <summary>Drops the connections of a broker and refuses new ones. Its partitions keep it as their leader.</summary>
    public void StopBroker(int broker = AllBrokers) =>
        Check(MockCluster.SetDown(_cluster, broker), $"stop broker {broker}");

    /// <summary>Accepts connections again, on the same port and with the log as it was.</summary>
    public void StartBroker(int broker = AllBrokers) =>
        Check(MockCluster.SetUp(_cluster, broker), $"start broker {broker}");

    /// <summary>Delays every answer of a broker; zero ends that.</summary>
    public void SetRoundTripTime(TimeSpan delay, int broker = AllBrokers) =>
        Check(MockCluster.SetRoundTripTime(_cluster, broker, Milliseconds(delay)), $"set round-trip time of broker {broker}");

    /// <summary>Makes <paramref name="broker"/> the leader of a partition.</summary>
    public void SetLeader(string topic, int partition, int broker) =>
        Check(MockCluster.SetLeader(_cluster, topic, partition, broker), $"make broker {broker} leader of {topic} [{partition}]");

    /// <summary>Makes <paramref name="broker"/> the coordinator of a consumer group.</summary>
    public void SetGroupCoordinator(string group, int broker) =>
        Check(MockCluster.SetCoordinator(_cluster, "group", group, broker), $"make broker {broker} coordinator of group {group}");

    /// <summary>Makes <paramref name="broker"/> the coordinator of a transactional producer.</summary>
    public void SetTransactionCoordinator(string transactionalId, int broker) =>
        Check(MockCluster.SetCoordinator(_cluster, "transaction", transactionalId, broker), $"make broker {broker} coordinator of {transactionalId}");

    /// <summary>
    /// Answers the next requests of a kind, of any client, with these errors in turn.
    /// <see cref="ErrorCode.Local_Transport"/> drops the connection instead.
    /// </summary>
    public void FailRequests(KafkaRequest request, params ReadOnlySpan<ErrorCode> errors)
    {
        var codes = new int[errors.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = (int)errors[i];
        }

        MockCluster.PushErrors(_cluster, (short)request, (nuint)codes.Length, codes);
    }

    /// <summary>Forgets the errors of <see cref="FailRequests"/> that have not been answered yet.</summary>
    public void ClearFailures(KafkaRequest request) => MockCluster.ClearErrors(_cluster, (short)request);

    /// <summary>Reports an error for a topic in its metadata; <see cref="ErrorCode.NoError"/> ends that.</summary>
    public void SetTopicError(string topic, ErrorCode error) => MockCluster.SetTopicError(_cluster, topic, (int)error);

    /// <summary>Drops what lies below an offset, as retention would: the log then starts there.</summary>
    public void DropRecords(string topic, int partition, long beforeOffset) =>
        Check(MockCluster.DeleteRecords(_cluster, topic, partition, beforeOffset), $"drop records of {topic} [{partition}] before {beforeOffset}");

    /// <summary>Changes <see cref="EmbeddedBrokerOptions.GroupRebalanceDelay"/> for groups that are empty.</summary>
    public void SetGroupRebalanceDelay(TimeSpan delay) => MockCluster.SetGroupRebalanceDelay(_cluster, Milliseconds(delay));

    /// <summary>Drops all connections, closes the ports and frees the log.</summary>
    public void Dispose() => _cluster.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static int Milliseconds(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        return checked((int)time.TotalMilliseconds);
    }

    private static void Check(int error, string what)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"The embedded broker could not {what}: {(ErrorCode)error} ({error}).");
        }
    }
}
