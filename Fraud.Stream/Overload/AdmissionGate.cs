using System.Collections.Concurrent;
using Fraud.Stream.Batching;
using Fraud.Stream.Poison;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Telemetry;
using Fraud.Stream.Tracing;

namespace Fraud.Stream.Overload;

/// <summary>
/// The front door's bound. It admits while fewer than <see cref="OverloadOptions.QueueCapacity"/> payments wait for their answer, rows are not
/// too far behind, and the client keeps its rate, and refuses at once otherwise. Thread-safe.
/// </summary>
public sealed class AdmissionGate(
    ILaneIntake lanes,
    ShardRouter router,
    ShardDirectory directory,
    OverloadOptions options,
    TimeProvider time,
    PaymentTracer? tracer = null,
    FieldCounts? fields = null,
    ResultsFeed? results = null)
{
    private readonly ConcurrentQueue<Payment> _idle = new();
    private readonly ClientRates _rates = new(new ClientRate(options.RatePerSecond, options.Burst, options.MaxClients), time);
    private volatile bool _open;
    private volatile bool _isShut;
    private int _inFlight;
    private long _admitted;
    private long _rateLimited;
    private long _shed;
    private long _expired;
    private long _made;

    public long Admitted => Interlocked.Read(ref _admitted);

    public long RateLimited => Interlocked.Read(ref _rateLimited);

    public long Shed => Interlocked.Read(ref _shed);

    /// <summary>Payments whose caller's deadline passed before they were counted.</summary>
    public long Expired => Interlocked.Read(ref _expired);

    /// <summary>Empty payments made because the pool had none: stands still once there are as many as are ever in use.</summary>
    public long Made => Interlocked.Read(ref _made);

    /// <summary>Payments admitted and not yet answered.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    public bool IsOpen => _open && !_isShut;

    /// <summary>A graph is there. In vain after <see cref="Shut"/>.</summary>
    public void Open() => _open = true;

    /// <summary>No graph is there, for now.</summary>
    public void Close() => _open = false;

    /// <summary>The process ends: whatever starts again meanwhile, nothing more comes in.</summary>
    public void Shut() => _isShut = true;

    /// <summary>An empty payment to fill; give it to <see cref="TryAdmit"/> or <see cref="Return"/> it.</summary>
    public Payment Rent()
    {
        if (_idle.TryDequeue(out var payment))
        {
            return payment;
        }

        Interlocked.Increment(ref _made);
        return new Payment();
    }

    /// <summary>Takes back a payment that did not enter the graph.</summary>
    public void Return(Payment payment)
    {
        payment.Clear();
        if (_idle.Count < options.QueueCapacity)
        {
            _idle.Enqueue(payment);
        }
    }

    /// <summary>Ends an admitted payment whose deadline passed before anything was counted: its reply is told.</summary>
    public void Expire(Payment payment)
    {
        Interlocked.Increment(ref _expired);
        payment.State = PaymentState.Expired;
        payment.IsAnswered = true;
        payment.Trace?.Failed(payment, "its caller's deadline passed before it was counted");
        payment.Reply?.Fail(payment, PaymentExpiredException.Instance);
    }

    /// <summary>Ends an admitted payment that no graph took, because graphs fail with it: its reply is told.</summary>
    public void RefusePoison(Payment payment)
    {
        payment.Trace?.Failed(payment, "it fails the graph whenever it runs");
        payment.Reply?.Fail(payment, PoisonedPaymentException.Instance);
        Return(payment);
    }

    /// <summary>
    /// All of them or none. Admitted payments belong to the graph, which calls their reply once each; whoever
    /// answers then calls <see cref="Answered"/>. Refused ones stay with the caller. Each goes in under the generation
    /// that its shard has now: one that closes behind it is noticed by the graph, not looked up again.
    /// </summary>
    /// <param name="client">Whose rate they count against; null when it was taken before, here or at another node.</param>
    /// <param name="payments">Filled in here where the sender left something out, unless <see cref="Prepare"/> was called.</param>
    public Admission TryAdmit(string? client, ReadOnlySpan<Payment> payments) => TryAdmit(client, payments, out _);

    /// <param name="rate">Where the client stands afterwards; says nothing where its rate was not asked for.</param>
    public Admission TryAdmit(string? client, ReadOnlySpan<Payment> payments, out RateState rate)
    {
        rate = default;
        if (!IsOpen)
        {
            Interlocked.Add(ref _shed, payments.Length);
            return new Admission(AdmissionOutcome.NotRunning, TimeSpan.FromSeconds(1));
        }

        if (Interlocked.Add(ref _inFlight, payments.Length) > options.QueueCapacity || results is { IsFull: true })
        {
            Interlocked.Add(ref _inFlight, -payments.Length);
            Interlocked.Add(ref _shed, payments.Length);
            // What waits now is gone within the deadline at the latest; a second is the header's finest step.
            return new Admission(AdmissionOutcome.Full, TimeSpan.FromSeconds(1));
        }

        // Before the rate: who is sent on to another node pays there, once.
        if (!TryEnter(payments))
        {
            Interlocked.Add(ref _inFlight, -payments.Length);
            return new Admission(AdmissionOutcome.Moved, TimeSpan.FromSeconds(1));
        }

        if (client is not null && !TryTakeRate(client, payments.Length, out var retryAfter, out rate))
        {
            Interlocked.Add(ref _inFlight, -payments.Length);
            Leave(payments);
            return new Admission(AdmissionOutcome.RateLimited, retryAfter);
        }

        foreach (var payment in payments)
        {
            // Here and not where it is prepared: it may be another node's.
            tracer?.Begin(payment);
        }

        for (var i = 0; i < payments.Length; i++)
        {
            if (!lanes.TryOffer(payments[i]))
            {
                return Refuse(payments, i);
            }
        }

        Interlocked.Add(ref _admitted, payments.Length);
        return new Admission(AdmissionOutcome.Admitted, TimeSpan.Zero);
    }

    /// <summary>
    /// Fills in what the sender left out, and the shard. Once a payment: whoever routes by shard calls it before
    /// <see cref="TryAdmit"/>, so that a payment that is sent on keeps the id and time it was given here.
    /// </summary>
    public void Prepare(Payment payment)
    {
        if (payment.ArrivedTimestamp == 0)
        {
            fields?.Add(payment.Transaction.Gaps, isFromKafka: false);
            PrepareForwarded(payment);
        }
    }

    /// <summary>A payment that another node took in, counted and filled in.</summary>
    public void PrepareForwarded(Payment payment)
    {
        var transaction = payment.Transaction;
        var now = time.GetUtcNow();
        payment.ArrivedTimestamp = time.GetTimestamp();
        payment.ArrivedAtMs = now.ToUnixTimeMilliseconds();
        if (transaction.EventTimeMs == 0)
        {
            transaction.EventTimeMs = payment.ArrivedAtMs;
        }

        if (transaction.Id.IsEmpty)
        {
            Span<byte> id = stackalloc byte[36];
            Guid.CreateVersion7(now).TryFormat(id, out var length);
            transaction.Id.TrySet(id[..length]);
        }

        payment.Shard = router.ShardOf(transaction.CardId.IsEmpty ? transaction.Id.Utf8 : transaction.CardId.Utf8);
    }

    /// <summary>Takes a client's tokens for payments that are scored elsewhere; false, with the wait, when there are too few.</summary>
    public bool TryTakeRate(string client, int payments, out TimeSpan retryAfter) =>
        TryTakeRate(client, payments, out retryAfter, out _);

    /// <param name="rate">Where the client stands afterwards.</param>
    public bool TryTakeRate(string client, int payments, out TimeSpan retryAfter, out RateState rate)
    {
        if (_rates.TryTake(client, payments, out retryAfter, out rate))
        {
            return true;
        }

        Interlocked.Add(ref _rateLimited, payments);
        return false;
    }

    /// <summary>Room for as many more.</summary>
    public void Answered(int payments) => Interlocked.Add(ref _inFlight, -payments);

    private bool TryEnter(ReadOnlySpan<Payment> payments)
    {
        foreach (var payment in payments)
        {
            Prepare(payment);
            payment.Generation = directory.GenerationOf(payment.Shard);
            if (payment.Generation == ShardDirectory.Closed)
            {
                Leave(payments);
                return false;
            }
        }

        return true;
    }

    private static void Leave(ReadOnlySpan<Payment> payments)
    {
        foreach (var payment in payments)
        {
            payment.Generation = ShardDirectory.Closed;
        }
    }

    // A lane has room for all that the gate admits, so a refusal means that the graph is stopping. What went in
    // before is answered by the graph; the rest is failed here, so that every admitted payment gets its one reply.
    private Admission Refuse(ReadOnlySpan<Payment> payments, int from)
    {
        if (from == 0)
        {
            Interlocked.Add(ref _inFlight, -payments.Length);
            Interlocked.Add(ref _shed, payments.Length);
            Leave(payments);
            foreach (var payment in payments)
            {
                // The caller has it again, and may offer it to another node.
                payment.Trace?.Failed(payment, "the graph is stopping");
                payment.Trace = null;
            }

            return new Admission(AdmissionOutcome.NotRunning, TimeSpan.FromSeconds(1));
        }

        Interlocked.Add(ref _admitted, payments.Length);
        foreach (var payment in payments[from..])
        {
            payment.Trace?.Failed(payment, "the graph is stopping");
            payment.Reply?.Fail(payment, new OperationCanceledException("The graph is stopping."));
            Return(payment);
        }

        return new Admission(AdmissionOutcome.Admitted, TimeSpan.Zero);
    }
}
