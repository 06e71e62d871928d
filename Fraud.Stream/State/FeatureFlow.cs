using Fraud.Model;
using Fraud.Model.History;
using Fraud.Stream.Batching;
using Fraud.Stream.Overload;
using Fraud.Stream.Shards;

namespace Fraud.Stream.State;

/// <summary>
/// Gives each payment its features, in order. A lane serves a fixed set of shards, so payments of one card never overtake each
/// other here, whichever way they came in.
/// </summary>
/// <remarks>
/// One batch at a time. Markers bring shards in and take them out. A payment that entered under a generation that is not the shard's
/// goes through the graph marked as fenced: it is not counted and not stored (rule 3 of docs/decisions/0011).
/// </remarks>
public sealed class FeatureFlow(Profile profile, TerminalFeed terminals, CardLoader loader, AdmissionGate gate, TimeProvider time)
{
    private readonly OpenShard?[] _open = new OpenShard?[profile.Shards];
    private readonly HashSet<ShortText> _wanted = [];

    public BatchGroup Apply(BatchGroup group)
    {
        foreach (var batch in group.Batches)
        {
            if (batch.Marker is { } marker)
            {
                Take(marker);
            }
            else
            {
                Count(batch);
            }
        }

        return group;
    }

    private void Count(MicroBatch batch)
    {
        if (batch.IsFromKafka)
        {
            FetchCards(batch);
        }

        var now = batch.IsFromKafka ? 0 : time.GetTimestamp();
        foreach (var payment in batch.Payments)
        {
            // Here and nowhere later: from the profile on a payment counts, and what counts is stored.
            if (payment.Deadline != 0 && payment.Deadline <= now)
            {
                gate.Expire(payment);
                continue;
            }

            Observe(payment);
            if (payment.IsUnansweredRepeat)
            {
                batch.HasRepeats = true;
            }
        }
    }

    private void Take(ShardMarker marker)
    {
        ref var open = ref _open[marker.Shard.Shard];
        if (marker.Kind == MarkerKind.Open)
        {
            open = marker.Shard;
            marker.Opened();
            return;
        }

        if (open != marker.Shard || open.IsDropped)
        {
            return;
        }

        if (marker.Kind == MarkerKind.TakeBack)
        {
            TakeBack(marker);
            return;
        }

        terminals.Capture(marker);
        if (marker.Kind == MarkerKind.HandOver)
        {
            open = null;
        }
    }

    private void TakeBack(ShardMarker marker)
    {
        var (shard, cards) = (marker.Shard.Shard, marker.Shard.Cards);
        foreach (var (_, _, _, payment) in marker.Retractions)
        {
            while (!cards.TryRetract(payment.CardId, payment.AmountMinor, payment.EventTimeMs))
            {
                loader.Load(shard, cards, [payment.CardId]);
            }
        }
    }

    private OpenShard? OpenFor(int shard, long generation) =>
        _open[shard] is { IsDropped: false } open && open.Generation == generation ? open : null;

    private void Observe(Payment payment)
    {
        if (payment.Trace is not { } trace)
        {
            Count(payment);
            return;
        }

        trace.Taken();
        Count(payment);
        trace.Featured();
    }

    private void Count(Payment payment)
    {
        if (OpenFor(payment.Shard, payment.Generation) is not { } open)
        {
            payment.State = PaymentState.Fenced;
            return;
        }

        while (payment.State == PaymentState.Received)
        {
            switch (profile.Observe(open.Cards, payment.Transaction, payment.Features, payment.ArrivedAtMs))
            {
                case Observation.Counted:
                    return;
                case Observation.Repeated:
                    payment.State = PaymentState.Duplicate;
                    return;
                default:
                    loader.Load(payment.Shard, open.Cards, [payment.Transaction.CardId]);
                    break;
            }
        }
    }

    /// <summary>Brings back in one look what a batch needs from the store; usually nothing.</summary>
    private void FetchCards(MicroBatch batch)
    {
        if (OpenFor(batch.KafkaPartition, batch.Generation) is not { Cards: { AwayCount: > 0 } cards })
        {
            return;
        }

        _wanted.Clear();
        foreach (var payment in batch.Payments)
        {
            if (payment.State == PaymentState.Received && cards.IsAway(payment.Transaction.CardId))
            {
                _wanted.Add(payment.Transaction.CardId);
            }
        }

        if (_wanted.Count > 0)
        {
            loader.Load(batch.KafkaPartition, cards, _wanted);
        }
    }
}
