using Fraud.Model.Snapshots;

namespace Fraud.Model.History;

/// <summary>Stored histories, for who renames cards and terminals in a store that no service uses.</summary>
public static class StoredHistories
{
    /// <summary>Whether a chunk of terminals has one whose identifier is of that kind.</summary>
    /// <exception cref="CorruptStateException">The chunk is damaged.</exception>
    public static bool AnyTerminal(ReadOnlySpan<byte> chunk, Predicate<ShortText> isWanted)
    {
        var reader = new StateReader(chunk, TerminalHistories.ChunkVersion, "terminal histories");
        while (!reader.IsAtEnd)
        {
            if (isWanted(reader.Text()))
            {
                return true;
            }

            _ = EventHistory.ReadNewest(ref reader);
        }

        return false;
    }

    /// <summary>Gives terminals other identifiers. Those that get the same one become one, which has counted what all had. In memory as a whole, as in each node.</summary>
    /// <exception cref="CorruptStateException">A chunk is damaged.</exception>
    public static IReadOnlyList<byte[]> RenameTerminals(IEnumerable<byte[]> chunks, Func<ShortText, ShortText> rename)
    {
        var histories = new Dictionary<ShortText, EventHistory>();
        foreach (var chunk in chunks)
        {
            var reader = new StateReader(chunk, TerminalHistories.ChunkVersion, "terminal histories");
            while (!reader.IsAtEnd)
            {
                var id = rename(reader.Text());
                var history = EventHistory.ReadFrom(ref reader);
                if (!histories.TryAdd(id, history))
                {
                    histories[id].AddAll(history);
                }
            }
        }

        return Write(histories);
    }

    /// <summary>The stored state of a card that was counted under two identifiers.</summary>
    /// <exception cref="CorruptStateException">A state is damaged.</exception>
    public static byte[] JoinCards(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var joined = Card(one);
        joined.AddAll(Card(other));
        return Write(joined);
    }

    /// <summary>A card's stored state with more labels, or with some taken back.</summary>
    /// <param name="labels">Event time of the payment in milliseconds, and by how much its frauds change.</param>
    /// <exception cref="CorruptStateException">The state is damaged.</exception>
    public static byte[] WithLabels(ReadOnlySpan<byte> state, IEnumerable<(long EventTimeMs, int Delta)> labels)
    {
        var history = Card(state);
        foreach (var (eventTimeMs, delta) in labels)
        {
            history.Add(eventTimeMs / 1_000, 0, 0, delta, int.MaxValue, long.MaxValue / 2);
        }

        return Write(history);
    }

    private static EventHistory Card(ReadOnlySpan<byte> state)
    {
        var reader = new StateReader(state, ShardCards.StateVersion, "card history");
        return EventHistory.ReadFrom(ref reader);
    }

    private static byte[] Write(EventHistory card)
    {
        var writer = new StateWriter();
        writer.Begin(ShardCards.StateVersion);
        card.WriteTo(writer);
        return writer.End().ToArray();
    }

    private static List<byte[]> Write(Dictionary<ShortText, EventHistory> histories)
    {
        var chunks = new List<byte[]>();
        var writer = new StateWriter();
        writer.Begin(TerminalHistories.ChunkVersion);
        foreach (var (id, history) in histories)
        {
            writer.Text(id);
            history.WriteTo(writer);
            if (writer.Length >= TerminalHistories.ChunkBytes)
            {
                chunks.Add(writer.End().ToArray());
                writer.Begin(TerminalHistories.ChunkVersion);
            }
        }

        chunks.Add(writer.End().ToArray());
        return chunks;
    }
}
