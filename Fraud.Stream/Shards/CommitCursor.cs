namespace Fraud.Stream.Shards;

/// <summary>
/// Where the commit stage stands in one shard under one claim. The stage has it from the <see cref="MarkerKind.Open"/> marker, in order
/// with the payments, and looks nothing up (rules 2 and 3 of docs/decisions/0011).
/// </summary>
public readonly record struct CommitCursor
{
    private CommitCursor(ShardHead head)
    {
        Shard = head.Shard;
        Generation = head.Generation;
        Sequence = head.Sequence;
        NextOffset = head.NextOffset;
        SnapshotSequence = head.SnapshotSequence;
    }

    public int Shard { get; private init; }

    public long Generation { get; private init; }

    /// <summary>Last page known to be stored.</summary>
    public long Sequence { get; private init; }

    public long? NextOffset { get; private init; }

    /// <summary>Position of the last snapshot known to be stored.</summary>
    public long SnapshotSequence { get; private init; }

    /// <param name="claimed">The head as the claim returned it.</param>
    public static CommitCursor At(ShardHead claimed) => new(claimed);

    /// <summary>
    /// Whether what entered its lane under a generation may be committed here; if not, it is dropped and its caller told <c>moved</c>.
    /// </summary>
    public bool Takes(long generation) => generation == Generation;

    /// <summary>The commit of the next page.</summary>
    /// <remarks>
    /// The offset may lie before the stored one: a topic that was deleted and created again starts over, and is read from its start.
    /// To read some records twice is harmless, to pass some over is not.
    /// </remarks>
    /// <param name="nextOffset">Behind the last record of the page, or null when it has none.</param>
    public ShardCommit Next(long? nextOffset, Guid commitId) =>
        new(Shard, Generation, Sequence + 1, nextOffset ?? NextOffset, commitId);

    public CommitCursor After(in ShardCommit done) => this with { Sequence = done.Sequence, NextOffset = done.NextOffset };

    /// <summary>
    /// What a marker that reached the commit stage means: everything before it is stored, nothing behind it is, so the states that it
    /// carries contain exactly the journal up to <see cref="Sequence"/> (rule 7).
    /// </summary>
    public SnapshotMove Snapshot() => new(Shard, Generation, SnapshotSequence, Sequence);

    public CommitCursor After(in SnapshotMove done) => this with { SnapshotSequence = done.To };
}
