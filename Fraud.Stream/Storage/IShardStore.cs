using Fraud.Model;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;

namespace Fraud.Stream.Storage;

/// <summary>
/// Who owns which shard, the journals, and the snapshots of histories. In one database with the commits, because a claim and a commit exclude
/// each other by the shard's row.
/// </summary>
/// <remarks>
/// The calls block, may come from any thread, and throw <see cref="StoreUnavailableException"/> when they may
/// succeed later. The outcome of one that throws is unknown: it may have been carried out, and it may still be carried out
/// later, behind calls that came after it.
/// <para>
/// What a call does to the row of a shard is what the method of <see cref="ShardHead"/> says.
/// </para>
/// <para>
/// Invariant: the stored card states of a shard are what its journal up to <see cref="ShardHead.SnapshotSequence"/>
/// and the label journal up to <see cref="ShardHead.SnapshotLabels"/> lead to, without the cards that were dropped
/// because no feature looks back to them any more. The journal after it leads to the present.
/// </para>
/// </remarks>
public interface IShardStore
{
    /// <summary>
    /// Makes the node owner of a shard and raises its generation; who owned it can write no more once this
    /// returns. Creates the shard's row when it is new.
    /// </summary>
    /// <param name="head">As the claim left it. Of no meaning when the claim was refused.</param>
    /// <returns>
    /// False when the cluster removed this process: nothing was raised, and it has to exit (rules 8 and 25 of docs/decisions/0011).
    /// </returns>
    bool TryClaim(int shard, NodeIdentity node, out ShardHead head);

    /// <summary>Gives a shard back.</summary>
    /// <returns>False when it was claimed by another since: nothing was changed.</returns>
    bool Release(int shard, long generation);

    /// <summary>All shards that were ever claimed, in their order.</summary>
    IReadOnlyList<ShardHead> ReadHeads();

    /// <summary>
    /// Some shards, in their order; those that no one ever claimed are absent. Read by one statement: of one transaction all
    /// is seen or nothing.
    /// </summary>
    IReadOnlyList<ShardHead> ReadHeads(IReadOnlyList<int> shards);

    /// <summary>A shard's journal after a position, in order, one page a commit. Positions have no gaps.</summary>
    IEnumerable<JournalPage> ReadJournal(int shard, long after, int limit);

    /// <summary>
    /// Pages that are to be had after the given position of each shard, for nodes that follow other nodes'
    /// shards: one round trip for all. At most <paramref name="limit"/> pages of each.
    /// </summary>
    IReadOnlyList<JournalPage> ReadJournals(IReadOnlyDictionary<int, long> after, int limit);

    /// <summary>Removes pages up to and with a position, of shards whose snapshots contain them.</summary>
    /// <param name="storedBeforeMs">Later ones stay, milliseconds since 1970 UTC.</param>
    void PruneJournal(int shard, long upTo, long storedBeforeMs);

    /// <summary>Changes of fraud counts after a position, in order. Positions have no gaps; the first is 1.</summary>
    IReadOnlyList<LabelJournalEntry> ReadLabelJournal(long after, int limit);

    /// <summary>Last position of the label journal; 0 when it is empty.</summary>
    long LabelSequence();

    /// <summary>
    /// Writes what changed of a shard's card states, and moves the positions that they contain, in one transaction. The
    /// position of labels never goes back.
    /// </summary>
    /// <returns>
    /// False when the head was not as the move expects (<see cref="ShardHead.TrySnapshot"/>): nothing was written. The shard was
    /// claimed by another, or an earlier attempt was carried out: the head tells.
    /// </returns>
    bool SaveCards(CardSnapshot snapshot);

    /// <summary>All card states of a shard, streamed; most recently written ones are not guaranteed to come first.</summary>
    IEnumerable<CardState> ReadCards(int shard);

    /// <summary>The states of some cards; those without one are absent.</summary>
    IReadOnlyList<CardState> ReadCards(int shard, IReadOnlyCollection<ShortText> cards);

    /// <summary>Some card states of a shard in the order of their ids' bytes, after one; none when that was the last.</summary>
    IReadOnlyList<CardState> ReadCards(int shard, ShortText after, int limit);

    /// <summary>Removes card states, in one transaction.</summary>
    /// <returns>False when the shard was claimed by another since: nothing was removed.</returns>
    bool DropCards(int shard, long generation, IReadOnlyCollection<ShortText> cards);

    /// <summary>Replaces the snapshot of all terminals.</summary>
    void SaveTerminals(TerminalSnapshot snapshot);

    /// <summary>The newest snapshot of all terminals, or null when there is none.</summary>
    TerminalSnapshot? ReadTerminals();
}

/// <summary>What one commit added to a shard.</summary>
/// <param name="Payload">Written by <see cref="Journal.PageWriter"/>.</param>
public readonly record struct JournalPage(int Shard, long Sequence, byte[] Payload);

/// <summary>A change of a fraud count.</summary>
/// <param name="StoredAtMs">When it became known, milliseconds since 1970 UTC; 0 where that was not written down.</param>
public readonly record struct LabelJournalEntry(long Sequence, LabelChange Change, long StoredAtMs);

/// <summary>A card's history, encoded.</summary>
public readonly record struct CardState(ShortText CardId, byte[] Payload);

/// <summary>What changed in a shard since the snapshot before.</summary>
/// <param name="Move">From the snapshot before to the journal position that the states contain.</param>
/// <param name="Labels">Label journal position that they contain.</param>
/// <param name="Changed">Cards to write.</param>
/// <param name="Expired">Cards whose history has run out.</param>
public sealed record CardSnapshot(
    SnapshotMove Move,
    long Labels,
    IReadOnlyList<CardState> Changed,
    IReadOnlyList<ShortText> Expired);

/// <summary>All terminals at known positions of every journal.</summary>
/// <param name="Sequences">Journal position by shard; shards that are absent are at 0.</param>
/// <param name="Chunks">Encoded, some 100 kB each.</param>
public sealed record TerminalSnapshot(
    IReadOnlyDictionary<int, long> Sequences,
    long Labels,
    IReadOnlyList<byte[]> Chunks);
