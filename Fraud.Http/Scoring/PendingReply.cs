using System.Threading.Tasks.Sources;
using Fraud.Http.Routing;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Overload;
using Fraud.Stream.Poison;

namespace Fraud.Http.Scoring;

/// <summary>
/// Waits for the answers of one request: one payment or the payments of a batch. Pooled; it goes back to its
/// pool only when every payment has replied, so a late reply never meets another request.
/// </summary>
internal sealed class PendingReply : IPaymentReply, IValueTaskSource<ReplyOutcome>
{
    private readonly ReplyPool _pool;
    private readonly Lock _keeping = new();
    private ManualResetValueTaskSourceCore<ReplyOutcome> _source = new() { RunContinuationsAsynchronously = true };
    private int _outstanding;
    private int _holders;
    private int _decided;
    private int _failed;
    private int _expired;
    private int _poisoned;
    private List<Payment>? _moved;

    public PendingReply(ReplyPool pool) => _pool = pool;

    public Answer[] Answers { get; private set; } = new Answer[1];

    public int Count { get; private set; }

    /// <summary>Timestamp after which the caller is told to come back.</summary>
    public long Deadline { get; private set; }

    /// <summary>The caller named it; otherwise it is the service's own.</summary>
    public bool IsCallersDeadline { get; private set; }

    public void Start(int payments, long deadline, bool isCallers)
    {
        if (Answers.Length < payments)
        {
            Answers = new Answer[payments];
        }

        Count = payments;
        Deadline = deadline;
        IsCallersDeadline = isCallers;
        _outstanding = payments;
        // The payments together hold it once, and the waiting request once.
        _holders = 2;
        _decided = 0;
        _failed = 0;
        _expired = 0;
        _poisoned = 0;
        _moved = null;
        _source.Reset();
    }

    public ValueTask<ReplyOutcome> Outcome => new(this, _source.Version);

    public void Complete(Payment payment)
    {
        Answers[payment.ReplyIndex].CopyFrom(
            payment, _pool.Time.GetElapsedTime(payment.ArrivedTimestamp).TotalMilliseconds);
        if (payment.ScoredBy is null)
        {
            // A repeat whose first one is still on its way: there is no stored answer yet.
            _failed = 1;
        }

        One();
    }

    public void Fail(Payment payment, Exception error)
    {
        // What the place has is another request's.
        Answers[payment.ReplyIndex] = default;
        if (error is PaymentExpiredException)
        {
            _expired = 1;
        }
        else if (error is ShardsFencedException)
        {
            Keep(RoutedPayment.Copy(payment, _pool.Gate));
        }
        else if (error is PoisonedPaymentException)
        {
            Poison(payment.ReplyIndex);
        }
        else
        {
            _failed = 1;
        }

        One();
    }

    /// <summary>One of its payments is poison, here or where it was sent.</summary>
    public void Poison(int index)
    {
        Answers[index].IsPoisoned = true;
        _poisoned = 1;
    }

    /// <summary>The caller waited long enough. Payments that count already still finish; nobody is told.</summary>
    public void Expire() => Decide(IsCallersDeadline ? ReplyOutcome.Expired : ReplyOutcome.Late);

    /// <summary>With <see cref="ReplyOutcome.Moved"/>: the payments whose shard went to another node under way, once.</summary>
    public IReadOnlyList<Payment> TakeMoved() => Interlocked.Exchange(ref _moved, null) ?? [];

    /// <summary>The outcome, once the moved ones have theirs.</summary>
    /// <param name="isWhole">All of them are answered.</param>
    public ReplyOutcome AfterMoved(bool isWhole) =>
        _expired != 0 ? ReplyOutcome.Expired
        : _failed != 0 || !isWhole ? ReplyOutcome.Failed
        : _poisoned != 0 ? ReplyOutcome.Poisoned
        : ReplyOutcome.Answered;

    /// <summary>The request is done with it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _pool.Return(this);
        }
    }

    ReplyOutcome IValueTaskSource<ReplyOutcome>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReplyOutcome>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ReplyOutcome>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void One()
    {
        _pool.Gate.Answered(1);
        if (Interlocked.Decrement(ref _outstanding) == 0)
        {
            Decide(_moved is not null ? ReplyOutcome.Moved : AfterMoved(isWhole: true));
            Release();
        }
    }

    private void Keep(Payment moved)
    {
        lock (_keeping)
        {
            (_moved ??= []).Add(moved);
        }
    }

    private void Decide(ReplyOutcome outcome)
    {
        if (Interlocked.Exchange(ref _decided, 1) == 0)
        {
            _source.SetResult(outcome);
        }
    }
}

internal enum ReplyOutcome
{
    Answered,
    Failed,

    /// <summary>All are answered but those that the graph fails with whenever they run.</summary>
    Poisoned,

    /// <summary>The service's own deadline passed.</summary>
    Late,

    /// <summary>The deadline that the caller named passed.</summary>
    Expired,

    /// <summary>All are answered but those whose shard went to another node under way: they are to be scored there.</summary>
    Moved,
}
