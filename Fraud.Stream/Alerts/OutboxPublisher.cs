using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Fraud.Stream.Batching;
using Fraud.Stream.Ingest;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Tracing;
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

    // What the client allows at most (about 1 GB) is no help; a record that came from Kafka is far below this.
    private const int LargestMessage = 100_000_000;

    // Values from here on are what a broker means when it finds a message too large; smaller ones were only in its company.
    private const int LargeValue = 100_000;

    // librdkafka's own is five minutes: for so long a page that a dead connection has would hold up all later ones.
    private static readonly TimeSpan MessageTimeout = TimeSpan.FromSeconds(10);

    // Every report comes within the message timeout and a little.
    private static readonly TimeSpan ReportTimeout = TimeSpan.FromSeconds(15);

    // Catches what nobody woke us for: records left over from before a restart.
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(5);

    private readonly KafkaOptions _options;
    private readonly IFraudStore _store;
    private readonly ShardDirectory _directory;
    private readonly ILogger _log;
    private readonly Backoff _backoff;
    private readonly string _bootstrapServers;
    private readonly ManualResetEventSlim _wake;
    // Records that Kafka refused for their size, until they have left without their value.
    private readonly ConcurrentDictionary<long, bool> _tooLarge = new();
    private IProducer<byte[], byte[]> _producer;
    private readonly Action<int>? _onSent;
    private readonly PaymentTracer? _tracer;
    private long _sent;

    /// <param name="directory">The shards whose records this node sends.</param>
    /// <param name="wake">Set when there may be something to send.</param>
    /// <param name="onSent">Told how many records Kafka took.</param>
    public OutboxPublisher(
        KafkaOptions options,
        string bootstrapServers,
        IFraudStore store,
        ShardDirectory directory,
        ManualResetEventSlim wake,
        ILogger<OutboxPublisher> log,
        Action<int>? onSent = null,
        PaymentTracer? tracer = null)
    {
        _options = options;
        _store = store;
        _directory = directory;
        _wake = wake;
        _log = log;
        _onSent = onSent;
        _tracer = tracer;
        _backoff = new Backoff(options.RestartMin, options.RestartMax);
        _bootstrapServers = bootstrapServers;
        _producer = Connect();
    }

    /// <summary>Records that Kafka took.</summary>
    public long Sent => Interlocked.Read(ref _sent);

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

    public void Dispose() => _producer.Dispose();

    private bool TrySendAll(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var page = _store.ReadOutbox(_directory.Open, PageSize);
                if (page.Count == 0)
                {
                    return true;
                }

                var delivered = Send(page);
                _store.MarkSent(delivered);
                Interlocked.Add(ref _sent, delivered.Count);
                _onSent?.Invoke(delivered.Count);
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

    private IProducer<byte[], byte[]> Connect() =>
        new ProducerBuilder<byte[], byte[]>(new ProducerConfig(new Dictionary<string, string>(_options.Client))
        {
            BootstrapServers = _bootstrapServers,
            Acks = Acks.All,
            Partitioner = Confluent.Kafka.Partitioner.Murmur2Random,
            LingerMs = 2,
            MessageTimeoutMs = (int)MessageTimeout.TotalMilliseconds,
            // The broker says what is too large, not the client: a dead letter is as large as the record it was.
            MessageMaxBytes = LargestMessage,
        })
            .SetErrorHandler((_, error) => IngestLog.ClientError(_log, error.Code.ToString(), error.Reason))
            .SetLogHandler(static (_, _) => { })
            .Build();

    // The client waits by the wall clock inside, and stands still for as long as that was set back. One whose brokers were all away may
    // have forgotten them, as BrokerSilence has it of consumers. A new one does neither.
    private void Renew(TimeSpan waited)
    {
        var stuck = _producer;
        _producer = Connect();
        IngestLog.ProducerStuck(_log, waited);
        // May take as long as it stands still.
        new Thread(stuck.Dispose) { Name = "stuck-producer", IsBackground = true }.Start();
    }

    private List<long> Send(IReadOnlyList<OutboxRecord> page)
    {
        var delivered = new List<long>(page.Count);
        KafkaException? failure = null;
        // Waited for by the clock that nobody sets, and not by the client's flush, which may wait by the one that hangs on
        // the wall.
        var reported = new CountdownEvent(page.Count);
        var started = _tracer?.Now ?? 0;
        foreach (var record in page)
        {
            var topic = record.Kind == OutboxKind.Alert ? _options.AlertsTopic : _options.DeadLetterTopic;
            _producer.Produce(
                topic,
                MessageOf(record),
                report =>
                {
                    // Called on the client's thread, one at a time.
                    lock (delivered)
                    {
                        if (report.Error.IsError)
                        {
                            if (report.Error.Code == ErrorCode.MsgSizeTooLarge && record.Value.Length >= LargeValue)
                            {
                                _tooLarge[record.Id] = true;
                            }

                            failure ??= new KafkaException(report.Error);
                        }
                        else
                        {
                            delivered.Add(record.Id);
                            _tracer?.Published(record.Headers, topic, started);
                        }
                    }

                    reported.Signal();
                });
        }

        var isStuck = !reported.Wait(ReportTimeout);
        lock (delivered)
        {
            if (isStuck || (delivered.Count == 0 && failure?.Error.Code == ErrorCode.Local_MsgTimedOut))
            {
                Renew(isStuck ? ReportTimeout : MessageTimeout);
            }

            delivered.ForEach(id => _tooLarge.TryRemove(id, out _));
            if (failure is not null)
            {
                IngestLog.SendFailed(_log, _options.RestartMax, failure);
            }

            return [.. delivered];
        }
    }

    // A record that Kafka will never take must not hold up those behind it: it leaves without its value, which
    // the store still has, and which is at its origin.
    private Message<byte[], byte[]> MessageOf(OutboxRecord record)
    {
        if (!_options.Headers)
        {
            return new Message<byte[], byte[]> { Key = record.Key, Value = ValueWithoutHeaders(record) };
        }

        var headers = new Headers();
        foreach (var (name, value) in record.Headers)
        {
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        }

        if (!_tooLarge.ContainsKey(record.Id))
        {
            return new Message<byte[], byte[]> { Key = record.Key, Value = record.Value, Headers = headers };
        }

        headers.Add("value.omitted", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{record.Value.Length} bytes")));
        return new Message<byte[], byte[]> { Key = record.Key, Value = [], Headers = headers };
    }

    private byte[] ValueWithoutHeaders(OutboxRecord record) =>
        record.Kind == OutboxKind.DeadLetter ? DeadLetterEnvelope.Write(record, !_tooLarge.ContainsKey(record.Id))
        : _tooLarge.ContainsKey(record.Id) ? []
        : record.Value;
}
