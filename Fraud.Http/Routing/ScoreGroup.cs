using Fraud.Http.Scoring;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Overload;
using Fraud.Stream.Poison;

namespace Fraud.Http.Routing;

/// <summary>Payments that one request waits for together, each with an outcome of its own. Thread-safe.</summary>
/// <remarks>
/// Where a payment came in, a refusal is followed by another attempt; at its owner it is the outcome, because only the first node sends
/// payments on.
/// </remarks>
internal sealed class ScoreGroup : IPaymentReply
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReadOnlyList<RoutedPayment> _items;
    private readonly AdmissionGate _gate;
    private readonly TimeProvider _time;
    private readonly bool _repeats;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _outstanding;

    /// <param name="items">None is settled.</param>
    /// <param name="gate">Of this node's graph.</param>
    /// <param name="time">For how long each took.</param>
    /// <param name="repeats">Whether what is refused is tried again.</param>
    public ScoreGroup(IReadOnlyList<RoutedPayment> items, AdmissionGate gate, TimeProvider time, bool repeats)
    {
        _items = items;
        _gate = gate;
        _time = time;
        _repeats = repeats;
        _outstanding = items.Count;
        foreach (var item in items)
        {
            item.Group = this;
        }

        if (items.Count == 0)
        {
            _done.SetResult();
        }
    }

    public IReadOnlyList<RoutedPayment> Items => _items;

    public bool IsDone => _done.Task.IsCompleted;

    /// <summary>Completes when all are settled, or the next one is refused. Take it before looking.</summary>
    public Task News => Volatile.Read(ref _news).Task;

    /// <summary>Offers some to this node's graph, all or none.</summary>
    /// <param name="indices">Which of the group's payments.</param>
    public void Admit(ReadOnlySpan<int> indices)
    {
        var payments = new Payment[indices.Length];
        for (var i = 0; i < indices.Length; i++)
        {
            payments[i] = _items[indices[i]].Take(_gate);
            payments[i].Reply = this;
            payments[i].ReplyIndex = indices[i];
        }

        // The rate was taken where the payment came in.
        var admission = _gate.TryAdmit(null, payments);
        if (admission.IsAdmitted)
        {
            return;
        }

        for (var i = 0; i < indices.Length; i++)
        {
            var item = _items[indices[i]];
            payments[i].Reply = null;
            item.Payment = payments[i];
            switch (admission.Outcome)
            {
                case AdmissionOutcome.Full:
                    // This front door sheds, and tells at once.
                    item.Settle(RouteOutcome.Full);
                    break;
                case AdmissionOutcome.Moved:
                    Refused(item, item.Attempts.Number, RouteOutcome.Misrouted);
                    break;
                default:
                    Refused(item, item.Attempts.Number, RouteOutcome.NotRunning);
                    break;
            }
        }
    }

    /// <summary>An attempt at one of them was refused.</summary>
    public void Refused(RoutedPayment item, int attempt, RouteOutcome outcome)
    {
        if (!_repeats)
        {
            item.Settle(outcome);
            return;
        }

        item.Refuse(attempt, outcome);
        Tell();
    }

    /// <summary>Waits until all are settled, or the time is over; those that are not are then late.</summary>
    public async Task Wait(TimeSpan longest)
    {
        if (longest > TimeSpan.Zero)
        {
            await _done.Task.WaitAsync(longest, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Expire();
    }

    /// <summary>Ends what is not settled, for a request that no longer waits. An answer that is being written is waited for.</summary>
    public Task Expire()
    {
        if (!IsDone)
        {
            foreach (var item in _items)
            {
                item.Settle(RouteOutcome.Late);
            }
        }

        return _done.Task;
    }

    public void Complete(Payment payment)
    {
        _gate.Answered(1);
        var item = _items[payment.ReplyIndex];
        if (payment.ScoredBy is null)
        {
            // A repeat whose first one is still on its way: there is no stored answer yet.
            item.Settle(RouteOutcome.Unfinished);
            return;
        }

        var processingMs = _time.GetElapsedTime(payment.ArrivedTimestamp).TotalMilliseconds;
        Answer answer = default;
        answer.CopyFrom(payment, processingMs);
        item.Score(answer, processingMs);
    }

    public void Fail(Payment payment, Exception error)
    {
        _gate.Answered(1);
        var item = _items[payment.ReplyIndex];
        if (error is not ShardsFencedException)
        {
            item.Settle(error switch
            {
                PaymentExpiredException => RouteOutcome.Late,
                PoisonedPaymentException => RouteOutcome.Poisoned,
                _ => RouteOutcome.Unfinished,
            });
            return;
        }

        // Its shard went to another node under way: nothing of it was stored (rule 3 of docs/decisions/0011).
        if (_repeats)
        {
            item.Payment = RoutedPayment.Copy(payment, _gate);
        }

        Refused(item, item.Attempts.Number, RouteOutcome.Misrouted);
    }

    /// <summary>One of them is settled.</summary>
    public void One()
    {
        if (Interlocked.Decrement(ref _outstanding) == 0)
        {
            _done.SetResult();
            Tell();
        }
    }

    private void Tell() => Interlocked.Exchange(ref _news, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
