using Confluent.Kafka;
using Fraud.Model;
using Fraud.Model.Decoding;
using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Labels;

/// <summary>
/// Reads all partitions of the labels' topic (every node needs every label), stores labels with their
/// offsets, and then counts in the profile those that changed something. One thread.
/// </summary>
public sealed class LabelSource(
    KafkaOptions options,
    string bootstrapServers,
    LabelReader reader,
    IFraudStore store,
    Action<LabelChange> apply,
    ILogger<LabelSource> log)
{
    // A page is one transaction; labels are rare.
    private const int PageSize = 1_000;
    private static readonly TimeSpan IdlePoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(10);

    private readonly Backoff _backoff = new(options.RestartMin, options.RestartMax);
    private long _read;

    /// <summary>Labels read.</summary>
    public long LabelsRead => Interlocked.Read(ref _read);

    public void Run(CancellationToken stop)
    {
        NativeKafka.Load();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                RunConsumer(stop);
            }
            catch (Exception error) when (error is KafkaException or StoreUnavailableException)
            {
                var wait = _backoff.Next();
                IngestLog.LabelsFailed(log, wait, error);
                stop.WaitHandle.WaitOne(wait);
            }
        }
    }

    private void RunConsumer(CancellationToken stop)
    {
        var config = new ConsumerConfig(new Dictionary<string, string>(options.Client))
        {
            BootstrapServers = bootstrapServers,
            GroupId = options.GroupId + "-labels",
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        };
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(config)
            .SetErrorHandler((_, error) => IngestLog.ClientError(log, error.Code.ToString(), error.Reason))
            .SetLogHandler(static (_, _) => { })
            .Build();
        try
        {
            Assign(consumer);
            while (!stop.IsCancellationRequested)
            {
                ReadPage(consumer);
                _backoff.Reset();
            }
        }
        finally
        {
            consumer.Close();
        }
    }

    private void Assign(IConsumer<Ignore, byte[]> consumer)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(options.LabelsTopic, MetadataTimeout).Topics[0].Partitions;
        var offsets = store.ReadOffsets(options.LabelsTopic);
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(
            options.LabelsTopic,
            partition.PartitionId,
            offsets.TryGetValue(partition.PartitionId, out var next) ? new Offset(next) : Offset.Beginning)));
    }

    private void ReadPage(IConsumer<Ignore, byte[]> consumer)
    {
        var pages = new Dictionary<int, (List<Label> Labels, long Next)>();
        var record = consumer.Consume(IdlePoll);
        for (var taken = 0; record is not null && taken < PageSize; taken++)
        {
            var partition = record.Partition.Value;
            var labels = pages.TryGetValue(partition, out var page) ? page.Labels : [];
            if (reader.TryRead(record.Message.Value, out var label, out var error))
            {
                labels.Add(label);
            }
            else
            {
                IngestLog.LabelUnreadable(log, partition, record.Offset.Value, error.Message);
            }

            pages[partition] = (labels, record.Offset.Value + 1);
            record = consumer.Consume(TimeSpan.Zero);
        }

        if (record is not null)
        {
            // Read but not taken: it is read again.
            consumer.Seek(record.TopicPartitionOffset);
        }

        foreach (var (partition, (labels, next)) in pages)
        {
            foreach (var change in store.CommitLabels(options.LabelsTopic, partition, next, labels))
            {
                apply(change);
            }

            Interlocked.Add(ref _read, labels.Count);
        }

        if (pages.Count > 0)
        {
            CommitForLagTools(consumer, pages);
        }
    }

    private void CommitForLagTools(
        IConsumer<Ignore, byte[]> consumer, Dictionary<int, (List<Label> Labels, long Next)> pages)
    {
        try
        {
            consumer.Commit(pages.Select(page => new TopicPartitionOffset(options.LabelsTopic, page.Key, page.Value.Next)));
        }
        catch (KafkaException error)
        {
            IngestLog.CommitFailed(log, error.Error.Reason);
        }
    }
}
