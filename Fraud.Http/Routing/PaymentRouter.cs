using Fraud.Http.Scoring;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Overload;
using Fraud.Stream.Shards;
using Fraud.Stream.Tracing;

namespace Fraud.Http.Routing;

/// <summary>
/// Has payments scored by whoever serves their shards: this node's graph, or, through the region of shards, other nodes side by side.
/// Thread-safe.
/// </summary>
/// <remarks>
/// Only a node where a payment came in sends it: one hop. A shard that is on its way between nodes answers <c>moved</c> or not at all, so
/// attempts are repeated, which does no harm, because a payment counts once by its id.
/// </remarks>
internal sealed class PaymentRouter(
    ShardDirectory directory,
    NodeIdentity self,
    AdmissionGate gate,
    ShardSenders senders,
    ClusterOptions cluster,
    RoutingOptions options,
    OverloadOptions overload,
    RoutingMetrics metrics,
    PaymentTracer tracer,
    TimeProvider time)
{
    private readonly long _epoch = time.GetTimestamp();

    public NodeIdentity Self => self;

    /// <summary>Whether this node serves the payment itself: the quick way, one read.</summary>
    public bool IsHere(Payment payment) => directory.IsOpen(payment.Shard);

    /// <summary>Has each payment scored, or settled otherwise; in their order.</summary>
    /// <param name="payments">Prepared and admitted by rate. They are this method's from here on.</param>
    public async Task<RoutedPayment[]> Score(IReadOnlyList<Payment> payments, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var deadline = started + (long)(overload.Deadline.TotalSeconds * time.TimestampFrequency);
        // A caller's own, the same for all payments of a request.
        if (payments.Count > 0 && payments[0].Deadline is > 0 and var wanted && wanted < deadline)
        {
            deadline = wanted;
        }

        var now = time.GetElapsedTime(_epoch, started);
        var attempts = PaymentAttempts.Begin(now, time.GetElapsedTime(started, deadline));
        var all = new RoutedPayment[payments.Count];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = new RoutedPayment(payments[i], deadline)
            {
                Attempts = attempts,
                TraceParent = IsHere(payments[i]) ? null : tracer.ParentToForward(),
            };
        }

        var group = new ScoreGroup(all, gate, time, repeats: true);
        var request = new RoutedRequest(group, directory, senders, metrics, attempts.Deadline, now + cluster.OwnerWait);
        try
        {
            await Repeat(request, group, attempts.Deadline, cancellation);
        }
        finally
        {
            // What still waits to be sent is not: nobody waits for it.
            await group.Expire();
        }

        foreach (var routed in all)
        {
            routed.Return(gate);
        }

        return all;
    }

    /// <summary>Scores those payments of a request whose shard went to another node while this node's graph had them.</summary>
    /// <param name="reply">One whose outcome is <see cref="ReplyOutcome.Moved"/>; has the answers afterwards.</param>
    public async Task<ReplyOutcome> ScoreMoved(PendingReply reply, CancellationToken cancellation)
    {
        var moved = reply.TakeMoved();
        int[] indices = [.. moved.Select(static payment => payment.ReplyIndex)];
        var isWhole = true;
        foreach (var (index, routed) in indices.Zip(await Score(moved, cancellation)))
        {
            isWhole &= routed.Outcome is RouteOutcome.Scored or RouteOutcome.Poisoned;
            reply.Answers[index] = routed.Answer;
            if (routed.Outcome == RouteOutcome.Poisoned)
            {
                reply.Poison(index);
            }
        }

        return reply.AfterMoved(isWhole);
    }

    private async Task Repeat(RoutedRequest request, ScoreGroup group, TimeSpan until, CancellationToken cancellation)
    {
        var isCounted = false;
        try
        {
            while (true)
            {
                // Taken before looking, so that nothing goes unseen.
                var (news, changed) = (group.News, directory.Changed);
                var now = time.GetElapsedTime(_epoch);
                var next = request.Look(now);
                if (!request.Waits && isCounted)
                {
                    metrics.EndOwnerWait();
                }

                isCounted = request.Waits && (isCounted || metrics.TryBeginOwnerWait(options.MaxOwnerWaits));
                if (request.Waits && (!isCounted || now >= until))
                {
                    request.GiveUp();
                }

                if (group.IsDone || now >= until)
                {
                    return;
                }

                // A shard that opens here ends a wait; who is on its way to another node need not know.
                var happens = request.Waits ? Task.WhenAny(news, changed) : news;
                await happens.WaitAsync(next > now ? next - now : TimeSpan.Zero, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            if (isCounted)
            {
                metrics.EndOwnerWait();
            }
        }
    }
}
