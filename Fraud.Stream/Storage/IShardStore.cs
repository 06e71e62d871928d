using Fraud.Model;
using Fraud.Stream.Cluster;

namespace Fraud.Stream.Storage;

/// <summary>
/// Who owns which shard, the journals, and the snapshots of histories. Part of the same database as
/// <see cref="IFraudStore"/>, because a claim and a commit exclude each other by the shard's row.
/// </summary>
/// <remarks>
/// The calls block, may come from any thread, and throw <see cref="StoreUnavailableException"/> when they may
/// succeed later.
/// <para>
/// Invariant: the stored card states of a shard are what its journal up to <see cref="ShardRow.SnapshotSequence"/>
/// and the label journal up to <see cref="ShardRow.SnapshotLabels"/> lead to, without the cards that were dropped
/// because no feature looks back to them any more. The journal after it leads to the present.
/// </para>
/// </remarks>
public interface IShardStore
{
    /// <summary>
    /// Makes the node owner of a shard and raises its generation; whoever owned it can write no more once this
    /// returns. Creates the shard's row when it is new.
    /// </summary>
    ShardRow Claim(int shard, NodeIdentity node);

    /// <summary>Gives a shard back; does nothing when it was claimed by another since.</summary>
    void Release(int shard, long generation);

    /// <summary>All shards that were ever claimed.</summary>
    IReadOnlyList<ShardRow> ReadShards();

    /// <summary>A shard's journal after a position, in order, one page a commit. Positions have no gaps.</summary>
    IEnumerable<JournalPage> ReadJournal(int shard, long after, int limit);

    /// <summary>
    /// Pages that are to be had after the given position of each shard, for nodes that follow other nodes'
    /// shards: one round trip for all. At most <paramref name="limit"/> pages of each.
    /// </summary>
    IReadOnlyList<JournalPage> ReadJournals(IReadOnlyDictionary<int, long> after, int limit);

    /// <summary>Removes pages up to and with a position, of shards whose snapshots contain them.</summary>
    void PruneJournal(int shard, long upTo);

    /// <summary>Changes of fraud counts after a position, in order. Positions have no gaps; the first is 1.</summary>
    IReadOnlyList<LabelJournalEntry> ReadLabelJournal(long after, int limit);

    /// <summary>Last position of the label journal; 0 when it is empty.</summary>
    long LabelSequence();

    /// <summary>Writes what changed of a shard's card states, and the positions they contain, in one transaction.</summary>
    /// <exception cref="ShardsFencedException">The shard was claimed by another; nothing was written.</exception>
    void SaveCards(CardSnapshot snapshot);

    /// <summary>All card states of a shard, streamed; most recently written ones are not guaranteed to come first.</summary>
    IEnumerable<CardState> ReadCards(int shard);

    /// <summary>The states of some cards; those without one are absent.</summary>
    IReadOnlyList<CardState> ReadCards(int shard, IReadOnlyCollection<ShortText> cards);

    /// <summary>Some card states of a shard in the order of their ids' bytes, after one; none when that was the last.</summary>
    IReadOnlyList<CardState> ReadCards(int shard, ShortText after, int limit);

    /// <summary>Removes card states, in one transaction.</summary>
    /// <exception cref="ShardsFencedException">The shard was claimed by another; nothing was removed.</exception>
    void DropCards(int shard, long generation, IReadOnlyCollection<ShortText> cards);

    /// <summary>Replaces the snapshot of all terminals.</summary>
    void SaveTerminals(TerminalSnapshot snapshot);

    /// <summary>The newest snapshot of all terminals, or null when there is none.</summary>
    TerminalSnapshot? ReadTerminals();
}

/// <summary>What one commit added to a shard.</summary>
/// <param name="Payload">Encoded by <see cref="Journal.JournalCodec"/>.</param>
public readonly record struct JournalPage(int Shard, long Sequence, byte[] Payload);

/// <summary>A change of a fraud count.</summary>
public readonly record struct LabelJournalEntry(long Sequence, LabelChange Change);

/// <summary>A card's history, encoded.</summary>
public readonly record struct CardState(ShortText CardId, byte[] Payload);

/// <summary>What changed in a shard since the snapshot before.</summary>
/// <param name="Sequence">Journal position that the states contain.</param>
/// <param name="Labels">Label journal position that they contain.</param>
/// <param name="Changed">Cards to write.</param>
/// <param name="Expired">Cards whose history has run out.</param>
public sealed record CardSnapshot(
    int Shard,
    long Generation,
    long Sequence,
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
