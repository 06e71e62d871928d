using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Fraud.Stream.Ingest;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Tracing;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Alerts;

/// <summary>Sends records to Kafka and waits until it has them. One caller at a time.</summary>
/// <param name="onSent">Told how many records Kafka took.</param>
public sealed class RecordSender(
    KafkaOptions options, string bootstrapServers, ILogger<RecordSender> log, Action<int>? onSent = null, PaymentTracer? tracer = null) : IDisposable
{
    // What the client allows at most (about 1 GB) is no help; a record that came from Kafka is far below this.
    private const int LargestMessage = 100_000_000;

    // Values from here on are what a broker means when it finds a message too large; smaller ones were only in its company.
    private const int LargeValue = 100_000;

    // librdkafka's own is five minutes: for so long a record that a dead connection has would hold up all later ones.
    private static readonly TimeSpan MessageTimeout = TimeSpan.FromSeconds(10);

    // Every report comes within the message timeout and a little.
    private static readonly TimeSpan ReportTimeout = TimeSpan.FromSeconds(15);

    private readonly Backoff _backoff = new(options.RestartMin, options.RestartMax);
    private IProducer<byte[], byte[]>? _producer;

    /// <summary>Sends records once, each to the topic of its kind.</summary>
    /// <param name="stop">Ends the wait for Kafka; what it has not acknowledged until then counts as not taken.</param>
    /// <returns>What became of each, in their order.</returns>
    public IReadOnlyList<SendOutcome> Send(IReadOnlyList<OutgoingRecord> records, CancellationToken stop)
    {
        var producer = _producer ??= Connect();
        var reports = new SendReports(records.Count);
        var started = tracer?.Now ?? 0;
        for (var i = 0; i < records.Count; i++)
        {
            var (at, record) = (i, records[i]);
            var topic = record.Kind == OutgoingKind.Alert ? options.AlertsTopic : options.DeadLetterTopic;
            try
            {
                // Called back on the client's thread.
                producer.Produce(topic, MessageOf(record), report => Reported(reports, at, record, report.Error, topic, started));
            }
            catch (KafkaException error)
            {
                reports.Failed(at, error.Error);
            }
        }

        // Waited for by the monotonic clock, and not by the client's flush, which may wait by the wall clock.
        var isStuck = !reports.Wait(ReportTimeout, stop);
        var outcomes = reports.Outcomes(out var sent, out var failure);
        if (isStuck || (sent == 0 && failure?.Code == ErrorCode.Local_MsgTimedOut))
        {
            Renew(producer, isStuck ? ReportTimeout : MessageTimeout);
        }

        if (failure is not null)
        {
            IngestLog.SendFailed(log, new KafkaException(failure));
        }

        onSent?.Invoke(sent);
        return outcomes;
    }

    /// <summary>Sends records until Kafka has all of them, with pauses, as long as it takes.</summary>
    /// <exception cref="OperationCanceledException">It was stopped before; some may have left.</exception>
    public void SendAll(IReadOnlyList<OutgoingRecord> records, CancellationToken stop)
    {
        while (records.Count > 0)
        {
            records = NotTaken(records, Send(records, stop));
            if (records.Count > 0)
            {
                Pause(stop);
            }
        }

        _backoff.Reset();
    }

    /// <summary>What has to be sent again.</summary>
    public static IReadOnlyList<OutgoingRecord> NotTaken(IReadOnlyList<OutgoingRecord> records, IReadOnlyList<SendOutcome> outcomes)
    {
        var left = new List<OutgoingRecord>();
        for (var i = 0; i < records.Count; i++)
        {
            if (outcomes[i] != SendOutcome.Taken)
            {
                left.Add(outcomes[i] == SendOutcome.TooLarge ? records[i].WithoutValue() : records[i]);
            }
        }

        return left;
    }

    /// <summary>Waits before what was not taken is sent again; longer each time until <see cref="Succeeded"/>.</summary>
    public void Pause(CancellationToken stop)
    {
        stop.WaitHandle.WaitOne(_backoff.Next());
        stop.ThrowIfCancellationRequested();
    }

    public void Succeeded() => _backoff.Reset();

    public void Dispose() => _producer?.Dispose();

    private void Reported(SendReports reports, int at, OutgoingRecord record, Error error, string topic, long started)
    {
        if (!error.IsError)
        {
            reports.Taken(at);
            tracer?.Published(record.Headers, topic, started);
        }
        else if (error.Code == ErrorCode.MsgSizeTooLarge && record.Value.Length >= LargeValue)
        {
            reports.TooLarge(at, error);
        }
        else
        {
            reports.Failed(at, error);
        }
    }

    private IProducer<byte[], byte[]> Connect() =>
        new ProducerBuilder<byte[], byte[]>(new ProducerConfig(new Dictionary<string, string>(options.Client))
        {
            BootstrapServers = bootstrapServers,
            Acks = Acks.All,
            Partitioner = Confluent.Kafka.Partitioner.Murmur2Random,
            LingerMs = 2,
            MessageTimeoutMs = (int)MessageTimeout.TotalMilliseconds,
            // The broker says what is too large, not the client: a dead letter is as large as the record it was.
            MessageMaxBytes = LargestMessage,
        })
            .SetErrorHandler((_, error) => IngestLog.ClientError(log, error.Code.ToString(), error.Reason))
            .SetLogHandler(static (_, _) => { })
            .Build();

    // The client waits by the wall clock inside, and stands still for as long as that was set back. One whose brokers were all away may
    // have forgotten them, as BrokerSilence has it of consumers. A new one does neither.
    private void Renew(IProducer<byte[], byte[]> stuck, TimeSpan waited)
    {
        _producer = Connect();
        IngestLog.ProducerStuck(log, waited);
        // May take as long as it stands still.
        new Thread(stuck.Dispose) { Name = "stuck-producer", IsBackground = true }.Start();
    }

    private Message<byte[], byte[]> MessageOf(OutgoingRecord record)
    {
        if (!options.Headers)
        {
            return new Message<byte[], byte[]>
            {
                Key = record.Key,
                Value = record.Kind == OutgoingKind.DeadLetter ? DeadLetterEnvelope.Write(record) : record.Value,
            };
        }

        var headers = new Headers();
        foreach (var (name, value) in record.Headers)
        {
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        }

        if (record.OmittedBytes is { } bytes)
        {
            headers.Add("value.omitted", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes")));
        }

        return new Message<byte[], byte[]> { Key = record.Key, Value = record.Value, Headers = headers };
    }
}
