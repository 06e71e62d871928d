namespace Fraud.Model.History;

/// <summary>
/// A profile by itself, all shards open, in which a payment counts as stored the moment it is observed: for training
/// and replays, where there is no store.
/// </summary>
public sealed class LocalProfile
{
    public LocalProfile(ProfileOptions options, int shards)
    {
        Profile = new Profile(options, shards);
        for (var shard = 0; shard < shards; shard++)
        {
            Profile.Open(shard, Profile.NewCards());
        }
    }

    public Profile Profile { get; }

    /// <summary>Counts a payment and fills its features; false when its id was seen lately in this shard.</summary>
    public bool Observe(int shard, Transaction payment, Span<float> features)
    {
        if (Profile.Observe(shard, payment, features) != Observation.Counted)
        {
            return false;
        }

        CountTerminal(payment.TerminalId, payment.AmountMinor, payment.EventTimeMs);
        return true;
    }

    /// <summary>Counts a payment without asking for its features.</summary>
    public void Restore(
        int shard, in ShortText transactionId, in ShortText cardId, in ShortText terminalId, long amountMinor, long eventTimeMs)
    {
        if (CardsOf(shard).TryReplay(cardId, amountMinor, eventTimeMs))
        {
            CardsOf(shard).Remember(transactionId, place: 1, storedAtMs: 0);
            CountTerminal(terminalId, amountMinor, eventTimeMs);
        }
    }

    /// <summary>Counts a label in the bucket of its payment's time. It may come before the payment itself.</summary>
    /// <param name="cardShard">Shard of the label's card.</param>
    /// <param name="fraudDelta">+1: a fraud became known; -1: it was none after all.</param>
    public void ApplyLabel(int cardShard, in Label label, int fraudDelta)
    {
        if (!label.CardId.IsEmpty)
        {
            CardsOf(cardShard).TryApplyLabel(label.CardId, label.EventTimeMs, fraudDelta);
        }

        if (!label.TerminalId.IsEmpty)
        {
            Profile.Terminals.ApplyLabel(label.TerminalId, label.EventTimeMs, fraudDelta);
        }
    }

    private ShardCards CardsOf(int shard) => Profile.CardsOf(shard)!;

    private void CountTerminal(in ShortText terminalId, long amountMinor, long eventTimeMs)
    {
        if (!terminalId.IsEmpty)
        {
            Profile.Terminals.Add(terminalId, amountMinor, eventTimeMs);
        }
    }
}
