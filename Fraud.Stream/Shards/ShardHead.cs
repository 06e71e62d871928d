namespace Fraud.Stream.Shards;

/// <summary>
/// The row of a shard that every write of the shard compares and sets in its own transaction. Its methods are the
/// meaning of a store's statements: each is one UPDATE with a WHERE, and false is "no row was updated".
/// </summary>
/// <remarks>
/// Invariants: <see cref="Generation"/>, <see cref="Sequence"/> and <see cref="SnapshotSequence"/> never go back, and
/// <see cref="NextOffset"/> only when the topic was created again; <see cref="SnapshotSequence"/> is at most <see cref="Sequence"/>; the
/// page of <see cref="Sequence"/> was written by <see cref="CommitId"/>. Rules 1, 2, 7 and 8 of docs/decisions/0011.
/// </remarks>
/// <param name="Generation">Raised by every claim; 0 before the first. A write names the generation of its claim.</param>
/// <param name="Owner">Name of the process that claimed last, new for every start; empty when it gave the shard back. Information, not a
/// fence.</param>
/// <param name="Sequence">Last page of the shard's journal; 0 when there is none.</param>
/// <param name="NextOffset">Offset of the transactions topic to read next, or null when none was ever stored: from the beginning.</param>
/// <param name="SnapshotSequence">Last page that the stored card states contain.</param>
/// <param name="CommitId">Of the commit that wrote <see cref="Sequence"/>.</param>
public sealed record ShardHead(
    int Shard, long Generation, string Owner, long Sequence, long? NextOffset, long SnapshotSequence, Guid CommitId)
{
    /// <summary>Where the owner's front door answers; empty when the shard was given back.</summary>
    public string Address { get; init; } = "";

    /// <summary>Position of the label journal up to which the stored card states contain labels. Never goes back.</summary>
    public long SnapshotLabels { get; init; }

    /// <summary>When it was claimed last, milliseconds since 1970 UTC by the claiming node's clock.</summary>
    public long ClaimedAtMs { get; init; }

    public bool IsOwned => Owner.Length > 0;

    /// <summary>A shard that no one ever claimed.</summary>
    public static ShardHead New(int shard) => new(shard, 0, "", 0, null, 0, Guid.Empty);

    /// <summary>
    /// <c>SET generation = generation + 1, owner = @owner</c>: who claimed before can write no more once this returns (rule 1).
    /// A store refuses a process that its node table calls removed, in the same transaction (rule 8).
    /// </summary>
    public ShardHead Claim(string owner) => this with { Generation = Generation + 1, Owner = owner };

    /// <summary>
    /// <c>SET sequence = @n, next_offset = @o, commit_id = @c WHERE generation = @g AND sequence = @n - 1</c> (rule 2).
    /// </summary>
    public bool TryCommit(in ShardCommit commit, out ShardHead next)
    {
        var isExpected = Generation == commit.Generation && Sequence == commit.Sequence - 1;
        next = isExpected
            ? this with { Sequence = commit.Sequence, NextOffset = commit.NextOffset, CommitId = commit.CommitId }
            : this;
        return isExpected;
    }

    /// <summary>
    /// <c>SET snapshot = @to WHERE generation = @g AND snapshot = @from AND sequence >= @to</c>, in the transaction that writes the states.
    /// </summary>
    /// <remarks>
    /// The fence alone would not do: a write whose outcome was unknown may land after a later one of the same generation, take the position
    /// back and overwrite states with older ones, and replay would count twice what the others contain.
    /// </remarks>
    public bool TrySnapshot(in SnapshotMove move, out ShardHead next)
    {
        var isExpected = Generation == move.Generation && SnapshotSequence == move.From && move.To <= Sequence;
        next = isExpected ? this with { SnapshotSequence = move.To } : this;
        return isExpected;
    }

    /// <summary><c>SET owner = '', address = '' WHERE generation = @g</c>. Takes nothing from a shard that another claimed since.</summary>
    public bool TryRelease(long generation, out ShardHead next)
    {
        next = Generation == generation ? this with { Owner = "", Address = "" } : this;
        return Generation == generation;
    }
}
