using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Confluent.Kafka;
using Fraud.Stream.Batching;
using Fraud.Stream.Ingest;

namespace Fraud.Stream.Tracing;

/// <summary>
/// Begins the traces of payments. While nothing is traced, or a payment's trace is not sampled, it makes nothing: the
/// payment's <see cref="Payment.Trace"/> stays null, and that is all that the stages look at. Thread-safe.
/// </summary>
public sealed class PaymentTracer : IDisposable
{
    /// <summary>The ActivitySource that all spans of the graph come from.</summary>
    public const string SourceName = "Fraud";

    public const string ParentHeader = "traceparent";
    public const string StateHeader = "tracestate";

    // A batch of a thousand payments, or a stream of them, is one request: its first ones stand for the others.
    private const int MostPerRequest = 16;

    // Version 00: 00-TRACE-SPAN-FLAGS.
    private const int TraceParentLength = 55;

    private const string CountName = "fraud.payments";

    private readonly ActivitySource _source = new(SourceName);
    private readonly TraceBudget _budget;
    private readonly TracingOptions _options;
    private readonly string _topic;
    private readonly TimeProvider _time;

    public PaymentTracer(TracingOptions options, KafkaOptions kafka, TimeProvider time)
    {
        _options = options;
        _topic = kafka.TransactionsTopic;
        _time = time;
        _budget = new TraceBudget(options.MaxPaymentsPerSecond, time);
        ReadsRecordHeaders = options is { IsOn: true, KafkaParents: true } && kafka.Headers;
    }

    /// <summary>Somebody takes spans.</summary>
    public bool IsOn => _options.IsOn && _source.HasListeners();

    /// <summary>A timestamp for <see cref="Published"/>; 0 while nothing is traced.</summary>
    public long Now => IsOn ? _time.GetTimestamp() : 0;

    /// <summary>The consumer must hand over headers.</summary>
    public bool ReadsRecordHeaders { get; }

    /// <summary>A payment that was admitted over HTTP: a part of the current request's trace, if that is sampled.</summary>
    public void Begin(Payment payment)
    {
        if (payment.Trace is null && IsOn && RequestToPart() is { } request)
        {
            payment.Trace = Start("payment", ActivityKind.Internal, request.Context, payment);
        }
    }

    /// <summary>A payment that another node took in, with the parent that it named.</summary>
    public void BeginForwarded(Payment payment, string parent)
    {
        if (IsOn && ActivityContext.TryParse(parent, null, isRemote: false, out var context)
            && context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) && _budget.TryTake())
        {
            payment.Trace = Start("payment", ActivityKind.Internal, context, payment);
        }
    }

    /// <summary>The parent that the owner of a payment is told; null where its trace is not sampled.</summary>
    public string? ParentToForward() => IsOn ? RequestToPart()?.Id : null;

    /// <summary>A payment that was read from Kafka: a part of the trace that its record names, else a trace of its own.</summary>
    /// <param name="headers">Null where they are not read.</param>
    public void BeginRecord(Payment payment, Headers? headers)
    {
        if (!IsOn)
        {
            return;
        }

        var parent = default(ActivityContext);
        if (headers is { Count: > 0 } && headers.TryGetLastBytes(ParentHeader, out var given))
        {
            if (_options.HonourParent && SaysNo(given))
            {
                return;
            }

            var state = headers.TryGetLastBytes(StateHeader, out var bytes) ? Encoding.UTF8.GetString(bytes) : null;
            if (!ActivityContext.TryParse(Encoding.UTF8.GetString(given), state, isRemote: true, out parent))
            {
                parent = default;
            }
        }

        // Whoever listens draws by trace id where the parent's word does not count.
        var isSampled = parent == default ? Random.Shared.NextDouble() < _options.SampleRatio
            : !_options.HonourParent || parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);
        if (isSampled && _budget.TryTake())
        {
            payment.Trace = Start($"process {_topic}", ActivityKind.Consumer, parent, payment);
        }
    }

    /// <summary>An alert that Kafka took.</summary>
    /// <param name="started">Timestamp of when it was handed to the client.</param>
    public void Published(IReadOnlyList<KeyValuePair<string, string>> headers, string topic, long started)
    {
        if (started == 0 || !IsOn || ValueOf(headers, ParentHeader) is not { } parent
            || !ActivityContext.TryParse(parent, ValueOf(headers, StateHeader), isRemote: false, out var context))
        {
            return;
        }

        var now = _time.GetUtcNow();
        using var span = _source.StartActivity(
            $"send {topic}", ActivityKind.Producer, context, startTime: now - _time.GetElapsedTime(started));
        span?.SetTag("messaging.system", "kafka").SetTag("messaging.destination.name", topic).SetTag("messaging.operation.type", "send")
            .SetEndTime(now.UtcDateTime);
    }

    public void Dispose() => _source.Dispose();

    // Read from the bytes: most records of a system that traces are not sampled, and texts of them would be waste.
    private static bool SaysNo(ReadOnlySpan<byte> parent) =>
        parent.Length == TraceParentLength && byte.TryParse(parent[^2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var flags)
        && (flags & (byte)ActivityTraceFlags.Recorded) == 0;

    private static string? ValueOf(IReadOnlyList<KeyValuePair<string, string>> headers, string name)
    {
        foreach (var (key, value) in headers)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }

    private Activity? RequestToPart()
    {
        if (Activity.Current is not { Recorded: true } request)
        {
            return null;
        }

        if (request.GetCustomProperty(CountName) is not StrongBox<int> count)
        {
            request.SetCustomProperty(CountName, count = new StrongBox<int>());
        }

        return Interlocked.Increment(ref count.Value) <= MostPerRequest && _budget.TryTake() ? request : null;
    }

    private PaymentTrace? Start(string name, ActivityKind kind, ActivityContext parent, Payment payment)
    {
        // It ends on another thread; what runs here goes on in its own span.
        var current = Activity.Current;
        var arrived = payment.ArrivedTimestamp;
        var startedAt = _time.GetUtcNow() - _time.GetElapsedTime(arrived);
        try
        {
            if (parent == default)
            {
                Activity.Current = null;
            }

            var span = _source.StartActivity(name, kind, parent, startTime: startedAt);
            if (span is not { IsAllDataRequested: true })
            {
                return null;
            }

            if (kind == ActivityKind.Consumer)
            {
                span.SetTag("messaging.system", "kafka").SetTag("messaging.destination.name", _topic)
                    .SetTag("messaging.operation.type", "process").SetTag("messaging.kafka.offset", payment.KafkaOffset)
                    .SetTag("messaging.destination.partition.id", payment.Shard.ToString(CultureInfo.InvariantCulture));
            }

            if (_options.TransactionIds && payment.DeadLetter is null)
            {
                span.SetTag("fraud.transaction_id", payment.Transaction.Id.ToString());
            }

            return new PaymentTrace(_source, span, arrived, startedAt.UtcDateTime, _time);
        }
        finally
        {
            Activity.Current = current;
        }
    }
}
