using System.Text;
using Fraud.Model.History;
using Fraud.Stream.State;
using Fraud.Stream.Storage;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>Where the payments of a renamed card go from now on, and what its history is there.</summary>
/// <remarks>
/// Each shard's histories contain the label journal up to a position of its own and take the rest when the shard opens: a history that is put
/// into another shard has to stand at that shard's position.
/// </remarks>
internal sealed class CardHistories
{
    private readonly ShardRouter _router;
    private readonly Dictionary<long, long> _labelled;
    private readonly ILookup<string, (long Sequence, long EventTimeMs, int Delta)> _labels;

    private CardHistories(
        int shards, Dictionary<long, long> labelled, ILookup<string, (long Sequence, long EventTimeMs, int Delta)> labels) =>
        (_router, _labelled, _labels) = (new ShardRouter(Math.Max(1, shards)), labelled, labels);

    /// <summary>Labels of renamed cards that some shard's histories contain and another's do not are held in memory: few, after a stop in order.</summary>
    public static CardHistories Of(IScannedStore store, IdentifierNames names)
    {
        var shards = store.Session.Query(
            "SELECT CAST(shard AS bigint), snapshot_labels FROM shards", static row => (Shard: row.Integer(0), Labels: row.Integer(1)));
        var labels = store.Session.Query(
            "SELECT sequence, card_id, event_time, CAST(fraud_delta AS bigint) FROM label_journal WHERE sequence > ?1 AND sequence <= ?2",
            static row => (Card: row.Text(1), Label: (row.Integer(0), row.Integer(2), (int)row.Integer(3))),
            shards.Select(static shard => shard.Labels).DefaultIfEmpty().Min(), shards.Select(static shard => shard.Labels).DefaultIfEmpty().Max());
        return new CardHistories(
            shards.Count == 0 ? 1 : (int)shards.Max(static shard => shard.Shard) + 1,
            shards.ToDictionary(static shard => shard.Shard, static shard => shard.Labels),
            // Under their tokens, whether they are mended already or not.
            labels.ToLookup(label => IdentifierNames.HoldsNumber(label.Card) ? names.OfOther(label.Card) : label.Card, static label => label.Label));
    }

    /// <param name="home">The shard of the token.</param>
    /// <param name="moved">The history as it has to be there.</param>
    /// <returns>False: the card is there already.</returns>
    public bool TryMove(long shard, string card, string token, byte[] history, out long home, out byte[] moved)
    {
        home = _router.ShardOf(Encoding.UTF8.GetBytes(token));
        moved = history;
        if (home == shard)
        {
            return false;
        }

        // Labels reach a card in the shard of its identifier only.
        var has = _router.ShardOf(Encoding.UTF8.GetBytes(card)) == shard ? _labelled.GetValueOrDefault(shard) : 0;
        var wanted = _labelled.GetValueOrDefault(home);
        if (_labels.Contains(token) && has != wanted)
        {
            var (from, to, sign) = has < wanted ? (has, wanted, 1) : (wanted, has, -1);
            moved = StoredHistories.WithLabels(
                history,
                _labels[token].Where(label => label.Sequence > from && label.Sequence <= to).Select(label => (label.EventTimeMs, sign * label.Delta)));
        }

        return true;
    }
}
