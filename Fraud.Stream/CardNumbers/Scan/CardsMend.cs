using Fraud.Model.History;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>Renames cards in their stored histories.</summary>
/// <remarks>
/// A card stays in the shard that it is in: its journal is there, and Kafka brings its payments there. Over HTTP its payments will go to
/// the shard of its token, so what it did is put there, too (<see cref="CardHistories"/>). Where the token has a history
/// already, because the card paid between the upgrade and this, both become one.
/// </remarks>
internal sealed class CardsMend(IScannedStore store, IdentifierNames names, CardHistories histories)
{
    public const string Table = "card_states";

    /// <summary>Histories that were joined with one that was there.</summary>
    public long Joined { get; private set; }

    /// <summary>Within a transaction.</summary>
    public void Rename(StoreRow row)
    {
        var (shard, card) = ((long)row.Key[0], (string)row.Key[1]);
        var token = names.OfOther(card);
        var history = Read(shard, card)!;
        if (histories.TryMove(shard, card, token, history, out var home, out var moved))
        {
            Add(home, token, moved);
        }

        store.Session.Run("DELETE FROM card_states WHERE shard = ?1 AND card_id = ?2", shard, card);
        Add(shard, token, history);
    }

    private void Add(long shard, string card, byte[] history)
    {
        if (Read(shard, card) is { } there)
        {
            Joined++;
            store.Session.Run(
                "UPDATE card_states SET payload = ?3 WHERE shard = ?1 AND card_id = ?2", shard, card, StoredHistories.JoinCards(there, history));
        }
        else
        {
            store.Session.Run("INSERT INTO card_states (shard, card_id, payload) VALUES (?1, ?2, ?3)", shard, card, history);
        }
    }

    private byte[]? Read(long shard, string card) => store.Session
        .Query("SELECT payload FROM card_states WHERE shard = ?1 AND card_id = ?2", static row => row.Blob(0), shard, card).FirstOrDefault();
}
