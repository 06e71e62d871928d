using System.Text;
using Confluent.Kafka;
using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Alerts;

/// <summary>
/// Sends what the outbox holds, oldest first, and marks it sent once Kafka has it: at least once, and a
/// repeated alert carries the same id. Kafka being away stops nothing but the sending.
/// </summary>
public sealed class OutboxPublisher : IDisposable
{
    // Large enough to fill a produce request, small enough that a crash repeats little.
    private const int PageSize = 500;

    // Catches what nobody woke us for: records left over from before a restart.
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(5);

    private readonly KafkaOptions _options;
    private readonly IFraudStore _store;
    private readonly ILogger _log;
    private readonly Backoff _backoff;
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly ManualResetEventSlim _wake = new(initialState: true);
    private long _sent;

    public OutboxPublisher(KafkaOptions options, string bootstrapServers, IFraudStore store, ILogger<OutboxPublisher> log)
    {
        NativeKafka.Load();
        _options = options;
        _store = store;
        _log = log;
        _backoff = new Backoff(options.RestartMin, options.RestartMax);
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig(new Dictionary<string, string>(options.Client))
        {
            BootstrapServers = bootstrapServers,
            Acks = Acks.All,
            Partitioner = Partitioner.Murmur2Random,
            LingerMs = 2,
            // A page that Kafka did not take by then counts as failed, and is sent again.
            MessageTimeoutMs = 10_000,
        })
            .SetErrorHandler((_, error) => IngestLog.ClientError(_log, error.Code.ToString(), error.Reason))
            .SetLogHandler(static (_, _) => { })
            .Build();
    }

    /// <summary>Records that Kafka took.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>There may be something to send. Never blocks.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Sends until stopped; then once more what is there.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            _wake.Reset();
            if (!TrySendAll(stop))
            {
                stop.WaitHandle.WaitOne(_backoff.Next());
                _wake.Set();
                continue;
            }

            _backoff.Reset();
            try
            {
                _wake.Wait(Sweep, stop);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        TrySendAll(CancellationToken.None);
    }

    public void Dispose()
    {
        _producer.Dispose();
        _wake.Dispose();
    }

    private bool TrySendAll(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var page = _store.ReadOutbox(PageSize);
                if (page.Count == 0)
                {
                    return true;
                }

                var delivered = Send(page);
                _store.MarkSent(delivered);
                Interlocked.Add(ref _sent, delivered.Count);
                if (delivered.Count < page.Count)
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception error) when (error is KafkaException or StoreUnavailableException)
        {
            IngestLog.SendFailed(_log, _options.RestartMax, error);
            return false;
        }
    }

    private List<long> Send(IReadOnlyList<OutboxRecord> page)
    {
        var delivered = new List<long>(page.Count);
        KafkaException? failure = null;
        foreach (var record in page)
        {
            var headers = new Headers();
            foreach (var (name, value) in record.Headers)
            {
                headers.Add(name, Encoding.UTF8.GetBytes(value));
            }

            _producer.Produce(
                record.Kind == OutboxKind.Alert ? _options.AlertsTopic : _options.DeadLetterTopic,
                new Message<byte[], byte[]> { Key = record.Key, Value = record.Value, Headers = headers },
                report =>
                {
                    // Called on the client's thread, one at a time.
                    lock (delivered)
                    {
                        if (report.Error.IsError)
                        {
                            failure ??= new KafkaException(report.Error);
                        }
                        else
                        {
                            delivered.Add(record.Id);
                        }
                    }
                });
        }

        // Every report comes within the message timeout.
        _producer.Flush(TimeSpan.FromSeconds(15));
        lock (delivered)
        {
            if (failure is not null)
            {
                IngestLog.SendFailed(_log, _options.RestartMax, failure);
            }

            return [.. delivered];
        }
    }
}
