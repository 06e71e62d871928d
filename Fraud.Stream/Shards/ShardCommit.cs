namespace Fraud.Stream.Shards;

/// <summary>
/// What a commit sets in the head of one shard. The numbers come from memory, never from the store (rule 2 of docs/decisions/0011).
/// </summary>
/// <param name="Generation">Under which the payments of the page entered their lane (rule 3).</param>
/// <param name="Sequence">Of the page, one more than the head's.</param>
/// <param name="NextOffset">As in <see cref="ShardHead.NextOffset"/>; unchanged from the commit before when the page has no record of
/// Kafka.</param>
/// <param name="CommitId">The same for each attempt at this page, and of no other page of the shard.</param>
public readonly record struct ShardCommit(int Shard, long Generation, long Sequence, long? NextOffset, Guid CommitId);

/// <summary>
/// Moves a shard's snapshot from one position to a later one. The fence and the position before are compared:
/// see <see cref="ShardHead.TrySnapshot"/>.
/// </summary>
public readonly record struct SnapshotMove(int Shard, long Generation, long From, long To);
