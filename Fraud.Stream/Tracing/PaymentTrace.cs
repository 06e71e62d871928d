using System.Diagnostics;
using Fraud.Model;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Tracing;

/// <summary>
/// The trace of one payment: stages leave timestamps here, and its spans are made of them when it is done, behind the
/// answer. Only payments whose trace is sampled have one.
/// </summary>
/// <remarks>One stage at a time, as the payment itself.</remarks>
public sealed class PaymentTrace
{
    private readonly ActivitySource _source;
    private readonly Activity _span;
    private readonly long _arrived;
    private readonly DateTime _arrivedAt;
    private readonly TimeProvider _time;
    private long _taken;
    private long _featured;
    private long _scoring;
    private long _scored;
    private int _rows;
    private long _deciding;
    private long _decided;
    private bool _isEnded;

    internal PaymentTrace(ActivitySource source, Activity span, long arrived, DateTime arrivedAt, TimeProvider time)
    {
        _source = source;
        _span = span;
        _arrived = arrived;
        _arrivedAt = arrivedAt;
        _time = time;
    }

    /// <summary>What is told to whoever comes after, as W3C has it.</summary>
    public string TraceParent => _span.Id!;

    public string? TraceState => _span.TraceStateString;

    /// <summary>The lane has it in hand.</summary>
    public void Taken() => _taken = _time.GetTimestamp();

    /// <summary>It has its features.</summary>
    public void Featured() => _featured = _time.GetTimestamp();

    /// <param name="rows">Payments in the call of the model.</param>
    public void Scored(long started, long ended, int rows)
    {
        _scoring = started;
        _scored = ended;
        _rows = rows;
    }

    public void Deciding() => _deciding = _time.GetTimestamp();

    public void Decided() => _decided = _time.GetTimestamp();

    /// <summary>The store has it: the spans leave.</summary>
    /// <param name="started">When its first commit began.</param>
    /// <param name="attempts">Commits that were tried.</param>
    /// <param name="group">Payments in the transaction.</param>
    public void Stored(Payment payment, long started, long ended, int attempts, int group)
    {
        if (!TryEnd(payment, error: null, ended))
        {
            return;
        }

        using (var store = Child("store", started, ended))
        {
            store?.SetTag("fraud.store.group", group);
            if (attempts > 1)
            {
                store?.SetTag("fraud.store.attempts", attempts);
            }
        }

        Leave();
    }

    /// <summary>It ends here: the spans leave with what there is.</summary>
    /// <param name="error">What became of it, in a few words.</param>
    public void Failed(Payment payment, string error)
    {
        if (TryEnd(payment, error, _time.GetTimestamp()))
        {
            Leave();
        }
    }

    private bool TryEnd(Payment payment, string? error, long ended)
    {
        if (_isEnded)
        {
            return false;
        }

        _isEnded = true;
        Describe(payment, error);
        _span.SetEndTime(At(ended));
        Child("queue", _arrived, _taken)?.Dispose();
        Child("features", _taken, _featured)?.Dispose();
        using (var score = Child("score", _scoring, _scored))
        {
            score?.SetTag("fraud.model.rows", _rows);
        }

        Child("decide", _deciding, _decided)?.Dispose();
        return true;
    }

    private void Leave()
    {
        // Stopping goes back to the span that it was begun in, which is another thread's.
        var current = Activity.Current;
        _span.Stop();
        Activity.Current = current;
    }

    // Never a card, a terminal or an amount.
    private void Describe(Payment payment, string? error)
    {
        _span.SetTag("fraud.origin", payment.KafkaOffset >= 0 ? "kafka" : "http").SetTag("fraud.shard", payment.Shard);
        if (error is not null)
        {
            _span.SetStatus(ActivityStatusCode.Error, error);
            return;
        }

        if (payment.DeadLetter is { } letter)
        {
            _span.SetStatus(ActivityStatusCode.Error, letter.Reason).SetTag("fraud.dead_letter.field", letter.Field);
            return;
        }

        _span.SetTag("fraud.duplicate", payment.State == PaymentState.Duplicate);
        if (payment.ScoredBy is { } by)
        {
            _span.SetTag("fraud.decision", NameOf(payment.Decision)).SetTag("fraud.score", (double)payment.Score)
                .SetTag("fraud.model", by.Model).SetTag("fraud.model_version", by.Version);
        }
    }

    private static string NameOf(Decision decision) => decision switch
    {
        Decision.Approve => "approve",
        Decision.Review => "review",
        _ => "block",
    };

    // Null for a stage that it did not reach.
    private Activity? Child(string name, long started, long ended) => started == 0 || ended == 0
        ? null
        : _source.StartActivity(name, ActivityKind.Internal, _span.Context, startTime: At(started))?.SetEndTime(At(ended));

    private DateTime At(long timestamp) => _arrivedAt + _time.GetElapsedTime(_arrived, timestamp);
}
