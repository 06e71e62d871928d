using Fraud.Stream.Cluster;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;

namespace Fraud.Stream.State;

/// <summary>
/// Writes the terminals to the store every so often, and prunes the journals of what snapshots contain. The owner of shard 0 does both.
/// One caller at a time.
/// </summary>
public sealed class TerminalSnapshots(IFraudStore store, ClusterOptions options, TimeProvider time)
{
    private readonly Queue<(long At, int Shard, long UpTo)> _prunable = new();
    private long _savedAt = time.GetTimestamp();

    /// <summary>Does what is due.</summary>
    /// <param name="generation">Of the claim of shard 0.</param>
    /// <param name="idsFor">How long ids are remembered: for so long pages stay, from which answers to repeats come.</param>
    /// <exception cref="StoreUnavailableException">It is due again.</exception>
    public void Step(long generation, TerminalFeed terminals, TimeSpan idsFor)
    {
        if (time.GetElapsedTime(_savedAt) >= options.SnapshotInterval)
        {
            Save(generation, terminals);
        }

        // Pages go when snapshots have contained them for long enough that no following node still needs them.
        var storedBefore = time.GetUtcNow().ToUnixTimeMilliseconds() - (long)idsFor.TotalMilliseconds;
        IReadOnlyDictionary<int, long>? alerts = null;
        while (_prunable.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= options.JournalRetention)
        {
            // Rows and alerts may be behind, and a repeat that is to be taken back is read from its page. What they need now leaves with a later look.
            alerts ??= store.Positions.Read(JournalReaders.Alerts);
            var rows = store.Rows.ReadRepeats(oldest.Shard);
            JournalPlace? oldestRepeat = rows.Open.Count > 0 ? rows.Open[0] : null;
            var needs = new JournalNeeds(oldest.UpTo, rows.Position, alerts.GetValueOrDefault(oldest.Shard), oldestRepeat);
            store.PruneJournal(oldest.Shard, needs.LastUnneeded, storedBefore);
            _prunable.Dequeue();
        }
    }

    private void Save(long generation, TerminalFeed terminals)
    {
        if (store.ReadHeads([0]) is not [var head] || head.Generation != generation)
        {
            // This node stood still, and another does this by now. An older snapshot could miss pages that are pruned.
            return;
        }

        var snapshot = terminals.Capture();
        store.SaveTerminals(snapshot);
        _savedAt = time.GetTimestamp();
        foreach (var other in store.ReadHeads())
        {
            var upTo = Math.Min(other.SnapshotSequence, snapshot.Sequences.GetValueOrDefault(other.Shard));
            if (upTo > 0)
            {
                _prunable.Enqueue((_savedAt, other.Shard, upTo));
            }
        }
    }
}
