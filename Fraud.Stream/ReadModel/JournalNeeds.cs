using Fraud.Stream.Journal;

namespace Fraud.Stream.ReadModel;

/// <summary>What still needs pages of a shard: they leave up to the least of it (rule 12 of docs/decisions/0011).</summary>
/// <remarks>
/// Positions and the oldest open note only go up once the position has passed them, so what was read a while ago keeps too many pages and
/// never too few. But position and note are of one look: a note is written with the position that passes it.
/// </remarks>
/// <param name="Snapshot">The last page that the stored states contain: recovery reads what is behind it.</param>
/// <param name="Rows">The last page whose rows are written: their reader reads what is behind it.</param>
/// <param name="Alerts">The last page up to which Kafka has all alerts and dead letters: likewise.</param>
/// <param name="OldestRepeat">The first repeat whose note is open: its page says what is to be taken back. Null when there is none.</param>
public readonly record struct JournalNeeds(long Snapshot, long Rows, long Alerts, JournalPlace? OldestRepeat)
{
    /// <summary>The last page that nothing needs; 0 when there is none.</summary>
    public long LastUnneeded => Math.Min(Math.Min(Snapshot, Math.Min(Rows, Alerts)), OldestRepeat is { } repeat ? repeat.Sequence - 1 : long.MaxValue);

    /// <summary>Whether the oldest ids that were stored with a snapshot may leave: a window is filled without them.</summary>
    /// <param name="idsBehind">Stored with later snapshots.</param>
    public static bool MayIdsLeave(long idsBehind, int maxIds) => idsBehind >= maxIds;
}
