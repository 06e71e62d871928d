namespace Fraud.Tests.Simulation;

// What lies behind the journals: rows and the readers' positions (rules 9 and 10).
internal sealed partial class Checker
{
    /// <summary>All that is in the journals has its rows, and all repeats are taken back, as far as the store knows.</summary>
    public bool AreRowsCaughtUp()
    {
        for (var shard = 0; shard < shards; shard++)
        {
            if (store.Rows.PositionOf(shard).Position != store.Head(shard).Sequence || store.Rows.NotesOf(shard).Open.Count > 0)
            {
                return false;
            }
        }

        return true;
    }

    public string DescribeRows() => string.Join(", ", Enumerable.Range(0, shards).Select(
        shard => $"shard {shard}: rows up to {store.Rows.PositionOf(shard).Position} of {store.Head(shard).Sequence}, "
            + $"{store.Rows.NotesOf(shard).Open.Count} repeats open"));

    /// <summary>Positions move one behind the other, under the newest claim, and never beyond the head.</summary>
    private void CheckPositions()
    {
        var positions = new ReaderPosition[shards];
        foreach (var (shard, generation, from, to) in store.Rows.Landed)
        {
            var (position, newest) = positions[shard];
            if (from != position || to < from || generation < newest || (from != to && generation != newest))
            {
                throw new SimViolation(
                    $"shard {shard}: a reader of claim {generation} moved its position from {from} to {to}; it was {position} of claim {newest} (rule 10)");
            }

            positions[shard] = new ReaderPosition(to, generation);
        }

        for (var shard = 0; shard < shards; shard++)
        {
            if (positions[shard] != store.Rows.PositionOf(shard) || positions[shard].Position > store.Head(shard).Sequence)
            {
                throw new SimViolation($"shard {shard}: rows up to {store.Rows.PositionOf(shard).Position}, head {store.Head(shard).Sequence}");
            }
        }
    }

    /// <summary>The rows of a shard: what is in its journal up to the position, each payment at its first place.</summary>
    /// <returns>How many.</returns>
    private int CheckRows(int shard, CheckedJournal journal)
    {
        var rows = 0;
        var position = store.Rows.PositionOf(shard).Position;
        foreach (var (id, places) in journal.Places)
        {
            var first = new RowPlace(shard, places[0].Sequence, places[0].Ordinal);
            var hasRow = store.Rows.All.TryGetValue(id, out var row);
            if (hasRow ? row != first : first.Sequence <= position)
            {
                throw new SimViolation($"payment {id} is at {first} first; its row: {(hasRow ? row : "none")}; rows up to {position}");
            }

            rows += hasRow ? 1 : 0;
        }

        return rows;
    }

    /// <summary>After all repeats were taken back the cards are as if there had been none.</summary>
    private static void CheckRepeats(int shard, CheckedJournal journal)
    {
        foreach (var (id, places) in journal.Places)
        {
            foreach (var repeat in places.Skip(1))
            {
                if (!journal.TakenBack.Contains((repeat.Sequence, repeat.Ordinal)))
                {
                    throw new SimViolation($"shard {shard}: the repeat of payment {id} in page {repeat.Sequence} was not taken back (rule 15)");
                }
            }
        }

        foreach (var card in journal.Places.Values.GroupBy(static places => places[0].Card))
        {
            var (count, sum) = (card.LongCount(), card.Sum(static places => (long)places[0].Amount));
            if (journal.Cards[card.Key].Count != count || journal.Cards[card.Key].Sum != sum)
            {
                throw new SimViolation(
                    $"shard {shard}: card {card.Key} has {journal.Cards[card.Key].Count} payments with {journal.Cards[card.Key].Sum}, "
                    + $"and paid {count} times {sum} (rule 15)");
            }
        }
    }
}
