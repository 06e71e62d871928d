using Confluent.Kafka;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Fraud.Stream.Alerts;
using Fraud.Stream.Batching;
using Fraud.Stream.Ingest;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Labels;

/// <summary>
/// Reads all partitions of the labels' topic and stores labels with their offsets. Every node does so; the first to
/// store a label makes the change, and all nodes count it from the label journal. What is no label leaves as a dead letter before its offset is
/// stored: at least once. One thread.
/// </summary>
public sealed class LabelSource(
    KafkaOptions options,
    string bootstrapServers,
    LabelReader reader,
    CardNumberGuard cards,
    IFraudStore store,
    Action stored,
    RecordSender letters,
    TimeProvider time,
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
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // What was read and not stored is read again.
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
        var silence = new BrokerSilence(time);
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetErrorHandler((_, error) =>
            {
                silence.Told(error);
                IngestLog.ClientError(log, error.Code.ToString(), error.Reason);
            })
            .SetLogHandler(static (_, _) => { })
            .Build();
        try
        {
            Assign(consumer);
            while (!stop.IsCancellationRequested)
            {
                silence.Polled(ReadPage(consumer, stop));
                _backoff.Reset();
            }
        }
        finally
        {
            consumer.Close();
        }
    }

    private void Assign(IConsumer<byte[], byte[]> consumer)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var topic = admin.GetMetadata(options.LabelsTopic, MetadataTimeout).Topics[0];
        if (topic.Error.IsError || topic.Partitions.Count == 0)
        {
            // Nothing assigned would be nothing read, for good and in silence.
            throw new KafkaException(topic.Error.IsError ? topic.Error : new Error(ErrorCode.UnknownTopicOrPart));
        }

        var offsets = store.ReadOffsets(options.LabelsTopic);
        consumer.Assign(topic.Partitions.Select(partition => new TopicPartitionOffset(
            options.LabelsTopic,
            partition.PartitionId,
            offsets.TryGetValue(partition.PartitionId, out var next) ? new Offset(next) : Offset.Beginning)));
    }

    /// <returns>Whether there was a record.</returns>
    private bool ReadPage(IConsumer<byte[], byte[]> consumer, CancellationToken stop)
    {
        var pages = new Dictionary<int, Page>();
        var record = consumer.Consume(IdlePoll);
        for (var taken = 0; record is not null && taken < PageSize; taken++)
        {
            var partition = record.Partition.Value;
            if (!pages.TryGetValue(partition, out var page))
            {
                pages[partition] = page = new Page();
            }

            if (reader.TryRead(record.Message.Value, out var label, out var error))
            {
                page.Labels.Add(label);
            }
            else
            {
                IngestLog.LabelUnreadable(log, partition, record.Offset.Value, error.Message);
                page.Unreadable.Add((record.Offset.Value, Unreadable(record, error)));
            }

            page.Next = record.Offset.Value + 1;
            record = consumer.Consume(TimeSpan.Zero);
        }

        if (record is not null)
        {
            // Read but not taken: it is read again.
            consumer.Seek(record.TopicPartitionOffset);
        }

        foreach (var (partition, page) in pages)
        {
            SendLetters(partition, page.Unreadable, stop);
            store.CommitLabels(options.LabelsTopic, partition, page.Next, page.Labels);
            Interlocked.Add(ref _read, page.Labels.Count);
        }

        if (pages.Count > 0)
        {
            stored();
            CommitForLagTools(consumer, pages);
        }

        return pages.Count > 0;
    }

    private void SendLetters(int partition, List<(long Offset, OutgoingRecord Letter)> unreadable, CancellationToken stop)
    {
        if (unreadable.Count > 0)
        {
            // Every node reads them. Below the stored offset one has sent them; nodes that come here together all do.
            var next = store.ReadOffsets(options.LabelsTopic).GetValueOrDefault(partition);
            letters.SendAll([.. unreadable.Where(read => read.Offset >= next).Select(static read => read.Letter)], stop);
        }
    }

    private OutgoingRecord Unreadable(ConsumeResult<byte[], byte[]> record, DecodeError error)
    {
        var letter = new DeadLetter(cards.HideKey(record.Message.Key ?? []), cards.Hide(record.Message.Value ?? []), error.Reason, error.Message, error.Field);
        return OutgoingRecord.DeadLetter(
            letter, options.LabelsTopic, record.Partition.Value, record.Offset.Value, time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private void CommitForLagTools(IConsumer<byte[], byte[]> consumer, Dictionary<int, Page> pages)
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

    private sealed class Page
    {
        public List<Label> Labels { get; } = [];

        public List<(long Offset, OutgoingRecord Letter)> Unreadable { get; } = [];

        public long Next { get; set; }
    }
}
