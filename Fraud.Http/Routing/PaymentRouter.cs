using System.Runtime.InteropServices;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Overload;
using Fraud.Stream.Tracing;

namespace Fraud.Http.Routing;

/// <summary>
/// Has payments scored by whoever serves their shards: this node's graph, other nodes side by side, or, while
/// there is none, whoever comes within <c>Cluster:OwnerWait</c>. Thread-safe.
/// </summary>
/// <remarks>
/// A payment is sent to the owner that this node knows of, and only a node where a payment came in sends it: one
/// hop. Was it the wrong one, it is sent again from here, which does no harm, because a payment counts once by its id.
/// </remarks>
internal sealed class PaymentRouter(
    ShardMap map,
    NodeIdentity self,
    AdmissionGate gate,
    RemoteNodes nodes,
    ClusterOptions cluster,
    RoutingOptions options,
    OverloadOptions overload,
    RoutingMetrics metrics,
    PaymentTracer tracer,
    TimeProvider time)
{
    public NodeIdentity Self => self;

    /// <summary>Whether this node serves the payment itself: the quick way, one read.</summary>
    public bool IsHere(Payment payment) => map.OwnerOf(payment.Shard).Place == ShardPlace.Here;

    /// <summary>Has each payment scored, or settled otherwise; in their order.</summary>
    /// <param name="payments">Prepared and admitted by rate. They are this method's from here on.</param>
    public async Task<RoutedPayment[]> Score(IReadOnlyList<Payment> payments, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var deadline = started + Ticks(overload.Deadline);
        // A caller's own, the same for all payments of a request.
        if (payments.Count > 0 && payments[0].Deadline is > 0 and var wanted && wanted < deadline)
        {
            deadline = wanted;
        }

        var ownerUntil = Math.Min(deadline, started + Ticks(cluster.OwnerWait));
        var all = new RoutedPayment[payments.Count];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = new RoutedPayment(payments[i], deadline)
            {
                TraceParent = IsHere(payments[i]) ? null : tracer.ParentToForward(),
            };
        }

        IReadOnlyList<RoutedPayment> open = all;
        while (true)
        {
            await Dispatch(open).Wait(Until(deadline), cancellation);
            var again = StillOpen(open);
            if (again.Count == 0 || !await WaitForOwner(again, ownerUntil, cancellation))
            {
                break;
            }

            open = again;
        }

        Return(all);
        return all;
    }

    private ScoreGroup Dispatch(IReadOnlyList<RoutedPayment> payments)
    {
        var group = new ScoreGroup(payments, gate, time);
        List<int>? here = null;
        for (var i = 0; i < payments.Count; i++)
        {
            var payment = payments[i];
            var owner = map.OwnerOf(payment.Shard);
            payment.Owner = owner;
            if (owner.Place == ShardPlace.Here)
            {
                (here ??= []).Add(i);
            }
            // This node's own address can only be that of a node that was here before: it serves no more.
            else if (owner.Place == ShardPlace.Nowhere || owner.Address.Length == 0 || owner.Address == self.Address)
            {
                payment.Settle(RouteOutcome.NoOwner);
            }
            else if (!nodes.TryEnqueue(owner.Address, payment))
            {
                payment.Settle(RouteOutcome.Full);
            }
        }

        if (here is not null)
        {
            group.Admit(CollectionsMarshal.AsSpan(here));
        }

        return group;
    }

    private List<RoutedPayment> StillOpen(IReadOnlyList<RoutedPayment> payments)
    {
        var open = new List<RoutedPayment>();
        foreach (var payment in payments)
        {
            var outcome = payment.Outcome;
            // Its node drains, or lost it between the look and the offer: another one will have it.
            var left = outcome == RouteOutcome.NotRunning && payment.Payment is not null
                && map.OwnerOf(payment.Shard).Place != ShardPlace.Here;
            if (outcome.IsOpen() || left)
            {
                open.Add(payment);
            }
        }

        return open;
    }

    /// <summary>True when it is worth another try: one of the shards has another owner, or its owner may be ready now.</summary>
    private async ValueTask<bool> WaitForOwner(List<RoutedPayment> open, long until, CancellationToken cancellation)
    {
        if (Until(until) <= TimeSpan.Zero || !metrics.TryBeginOwnerWait(options.MaxOwnerWaits))
        {
            Unserved(open);
            return false;
        }

        try
        {
            // A node that is still taking its shard over, or is back, changes nothing in the map: ask it again.
            var ask = open.Exists(static payment => payment.Outcome != RouteOutcome.NoOwner);
            var askAt = ask ? Math.Min(until, time.GetTimestamp() + Ticks(options.RetryPause)) : until;
            while (true)
            {
                // Taken before looking, so that no change goes unseen.
                var changed = map.Changed;
                if (open.Exists(payment => map.OwnerOf(payment.Shard) != payment.Owner))
                {
                    return true;
                }

                if (Until(askAt) is var left && left <= TimeSpan.Zero)
                {
                    break;
                }

                await changed.WaitAsync(left, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            metrics.EndOwnerWait();
        }

        if (Until(until) > TimeSpan.Zero)
        {
            return true;
        }

        Unserved(open);
        return false;
    }

    private void Unserved(List<RoutedPayment> payments)
    {
        foreach (var payment in payments)
        {
            metrics.Unserved(payment.Outcome);
        }
    }

    // A payment that is late may still be read by the sender to its node: it is left to the collector.
    private void Return(RoutedPayment[] payments)
    {
        foreach (var routed in payments)
        {
            if (routed.Payment is { } payment && routed.Outcome != RouteOutcome.Late)
            {
                routed.Payment = null;
                gate.Return(payment);
            }
        }
    }

    private TimeSpan Until(long timestamp) => time.GetElapsedTime(time.GetTimestamp(), timestamp);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
