using Fraud.Stream.Batching;
using Fraud.Stream.Overload;

namespace Fraud.Http.Routing;

/// <summary>Payments that one request waits for together, each with an outcome of its own. Thread-safe.</summary>
internal sealed class ScoreGroup : IPaymentReply
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReadOnlyList<RoutedPayment> _items;
    private readonly AdmissionGate _gate;
    private readonly TimeProvider _time;
    private int _outstanding;

    public ScoreGroup(IReadOnlyList<RoutedPayment> items, AdmissionGate gate, TimeProvider time)
    {
        _items = items;
        _gate = gate;
        _time = time;
        _outstanding = items.Count;
        foreach (var item in items)
        {
            item.Enter(this);
        }
    }

    /// <summary>Offers some to this node's graph, all or none; refused ones are settled as such.</summary>
    /// <param name="indices">Which of the group's payments.</param>
    public void Admit(ReadOnlySpan<int> indices)
    {
        var payments = new Payment[indices.Length];
        for (var i = 0; i < indices.Length; i++)
        {
            var item = _items[indices[i]];
            payments[i] = item.Payment!;
            payments[i].Reply = this;
            payments[i].ReplyIndex = indices[i];
            item.Payment = null;
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
            item.Settle(admission.Outcome == AdmissionOutcome.Full ? RouteOutcome.Full : RouteOutcome.NotRunning);
        }
    }

    /// <summary>Waits until all are settled, or the time is over; those that are not are then late.</summary>
    public async Task Wait(TimeSpan longest, CancellationToken cancellation)
    {
        if (longest > TimeSpan.Zero)
        {
            await _done.Task.WaitAsync(longest, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }

        if (!_done.Task.IsCompleted)
        {
            foreach (var item in _items)
            {
                item.Expire();
            }
        }
    }

    public void Complete(Payment payment)
    {
        _gate.Answered(1);
        var item = _items[payment.ReplyIndex];
        item.Answer.CopyFrom(payment, _time.GetElapsedTime(payment.ArrivedTimestamp).TotalMilliseconds);
        // Without a model it is a repeat whose first one is still on its way: there is no stored answer yet.
        item.Settle(payment.ScoredBy is null ? RouteOutcome.Unfinished : RouteOutcome.Scored);
    }

    public void Fail(Payment payment, Exception error)
    {
        _gate.Answered(1);
        _items[payment.ReplyIndex].Settle(error is PaymentExpiredException ? RouteOutcome.Late : RouteOutcome.Unfinished);
    }

    /// <summary>One of them is settled.</summary>
    public void One()
    {
        if (Interlocked.Decrement(ref _outstanding) == 0)
        {
            _done.TrySetResult();
        }
    }
}
