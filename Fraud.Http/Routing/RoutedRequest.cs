using System.Runtime.InteropServices;
using Fraud.Stream.Shards;

namespace Fraud.Http.Routing;

/// <summary>
/// The attempts of one request to have its payments scored: here where the shard is open, else through the region, again after a
/// refusal or silence, until each is settled (rules 14 and 20 of docs/decisions/0011). One thread at a time.
/// </summary>
/// <param name="until">When nobody waits any more, by the clock of <see cref="Look"/>.</param>
/// <param name="ownerUntil">When a payment is refused that nobody can be asked about.</param>
internal sealed class RoutedRequest(
    ScoreGroup group, ShardDirectory directory, ShardSenders senders, RoutingMetrics metrics, TimeSpan until, TimeSpan ownerUntil)
{
    private readonly List<int> _here = [];
    private readonly List<int> _away = [];

    /// <summary>Whether a payment waits between two attempts.</summary>
    public bool Waits { get; private set; }

    /// <summary>Makes the attempts whose time has come, and settles what is over.</summary>
    /// <returns>When to look again, if nothing happens before.</returns>
    public TimeSpan Look(TimeSpan now)
    {
        Waits = false;
        var next = until;
        for (var i = 0; i < group.Items.Count; i++)
        {
            var item = group.Items[i];
            if (item.Outcome == RouteOutcome.Pending)
            {
                Judge(item, now);
                Try(item, i, now);
                Waits |= IsWaiting(item);
                next = Due(item) is var due && due < next ? due : next;
            }
        }

        // Messages are made once all of the request that goes there is known.
        foreach (var shard in _away)
        {
            senders.Send(shard);
        }

        _away.Clear();
        if (_here.Count > 0)
        {
            group.Admit(CollectionsMarshal.AsSpan(_here));
            _here.Clear();
        }

        return next;
    }

    /// <summary>Ends those that wait between two attempts, as they were refused last.</summary>
    public void GiveUp()
    {
        foreach (var item in group.Items.Where(IsWaiting))
        {
            GiveUp(item);
        }
    }

    private static bool IsWaiting(RoutedPayment item) => item is { Outcome: RouteOutcome.Pending, State: AttemptState.Waiting };

    /// <summary>What became of the present attempt.</summary>
    private void Judge(RoutedPayment item, TimeSpan now)
    {
        if (item.State is AttemptState.Waiting or AttemptState.Last)
        {
            return;
        }

        if (item.IsRefused(out var outcome))
        {
            Refused(item, outcome, now);
        }
        else if (item.State == AttemptState.Away && now - item.Attempts.SentAt >= PaymentAttempts.Silence)
        {
            TryAgain(item, now);
        }
    }

    private void Refused(RoutedPayment item, RouteOutcome outcome, TimeSpan now)
    {
        item.LastRefusal = outcome;
        if (outcome == RouteOutcome.NotRunning && item.State == AttemptState.Here && !senders.CanSend)
        {
            // A node alone that drains or starts: no other will have the shard.
            item.Settle(outcome);
        }
        else if (!TryAgain(item, now) && outcome != RouteOutcome.Unfinished)
        {
            GiveUp(item);
        }
    }

    private static bool TryAgain(RoutedPayment item, TimeSpan now)
    {
        var isInTime = item.Attempts.TryNext(now, out var next, out _);
        item.Attempts = isInTime ? next : item.Attempts;
        item.State = isInTime ? AttemptState.Waiting : AttemptState.Last;
        return isInTime;
    }

    private void GiveUp(RoutedPayment item)
    {
        metrics.Unserved(item.LastRefusal);
        item.Settle(item.LastRefusal);
    }

    private void Try(RoutedPayment item, int index, TimeSpan now)
    {
        if (!IsWaiting(item))
        {
            return;
        }

        // At once when it opened here meanwhile; with the pause when it was this node's graph that refused.
        if (directory.IsOpen(item.Shard) && (!item.WasHere || item.Attempts.SentAt <= now))
        {
            item.Attempts = item.Attempts with { SentAt = now };
            item.State = AttemptState.Here;
            item.WasHere = true;
            _here.Add(index);
        }
        else if (item.LastRefusal == RouteOutcome.NoOwner && now >= ownerUntil)
        {
            GiveUp(item);
        }
        else if (item.Attempts.SentAt <= now)
        {
            item.WasHere = false;
            Send(item, now);
        }
    }

    private void Send(RoutedPayment item, TimeSpan now)
    {
        if (!senders.CanSend)
        {
            Refused(item, RouteOutcome.NoOwner, now);
        }
        else if (senders.TryAdd(item, item.Attempts.Number))
        {
            item.State = AttemptState.Away;
            if (!_away.Contains(item.Shard))
            {
                _away.Add(item.Shard);
            }
        }
        else if (item.Attempts.Number == 1)
        {
            item.Settle(RouteOutcome.Full);
        }
        else
        {
            // An earlier attempt may still be answered.
            Refused(item, RouteOutcome.Full, now);
        }
    }

    private TimeSpan Due(RoutedPayment item) => item.State switch
    {
        AttemptState.Waiting when item.LastRefusal == RouteOutcome.NoOwner && ownerUntil < item.Attempts.SentAt => ownerUntil,
        AttemptState.Waiting => item.Attempts.SentAt,
        AttemptState.Away => item.Attempts.SentAt + PaymentAttempts.Silence,
        _ => until,
    };
}
