using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Fraud.Stream.Embedded;

/// <summary>
/// librdkafka's mock cluster (rdkafka_mock.h) and the client instance that it needs for its book-keeping.
/// </summary>
internal sealed partial class MockCluster : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int Producer = 0;

    // Made by the marshaller alone, which sets the handle.
    public MockCluster() : base(ownsHandle: true)
    {
    }

    /// <exception cref="InvalidOperationException">librdkafka refused; its reason is in the message.</exception>
    public static MockCluster Start(int brokers)
    {
        var configuration = NewConfiguration();
        // The instance has no brokers of its own and would complain about that on stderr.
        SetLogCallback(configuration, 0);

        Span<byte> reason = stackalloc byte[512];
        var client = NewClient(Producer, configuration, reason, (nuint)reason.Length);
        if (client == 0)
        {
            DestroyConfiguration(configuration);
            var length = reason.IndexOf((byte)0);
            throw new InvalidOperationException(
                "librdkafka did not start: " + System.Text.Encoding.UTF8.GetString(length < 0 ? reason : reason[..length]));
        }

        var cluster = New(client, brokers);
        if (cluster.IsInvalid)
        {
            DestroyClient(client);
            throw new InvalidOperationException($"librdkafka could not open {brokers} listening sockets for its in-process cluster.");
        }

        return cluster;
    }

    public string Bootstraps() => Marshal.PtrToStringUTF8(GetBootstraps(this))!;

    protected override bool ReleaseHandle()
    {
        var client = GetClient(handle);
        Destroy(handle);
        DestroyClient(client);
        return true;
    }

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint NewConfiguration();

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_conf_destroy")]
    private static partial void DestroyConfiguration(nint configuration);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_conf_set_log_cb")]
    private static partial void SetLogCallback(nint configuration, nint callback);

    // Takes the configuration over when it succeeds.
    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_new")]
    private static partial nint NewClient(int type, nint configuration, Span<byte> reason, nuint reasonLength);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_destroy")]
    private static partial void DestroyClient(nint client);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_cluster_new")]
    private static partial MockCluster New(nint client, int brokers);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    private static partial void Destroy(nint cluster);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_cluster_handle")]
    private static partial nint GetClient(nint cluster);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    private static partial nint GetBootstraps(MockCluster cluster);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int CreateTopic(MockCluster cluster, string topic, int partitions, int replicationFactor);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_topic_set_error", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void SetTopicError(MockCluster cluster, string topic, int error);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_partition_set_leader", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetLeader(MockCluster cluster, string topic, int partition, int broker);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_partition_delete_records", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int DeleteRecords(MockCluster cluster, string topic, int partition, long beforeOffset);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_coordinator_set", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetCoordinator(MockCluster cluster, string keyType, string key, int broker);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_broker_set_down")]
    internal static partial int SetDown(MockCluster cluster, int broker);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_broker_set_up")]
    internal static partial int SetUp(MockCluster cluster, int broker);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    internal static partial int SetRoundTripTime(MockCluster cluster, int broker, int milliseconds);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    internal static partial void PushErrors(MockCluster cluster, short request, nuint count, ReadOnlySpan<int> errors);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_clear_request_errors")]
    internal static partial void ClearErrors(MockCluster cluster, short request);

    [LibraryImport(NativeKafka.Imported, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    internal static partial void SetGroupRebalanceDelay(MockCluster cluster, int milliseconds);
}
