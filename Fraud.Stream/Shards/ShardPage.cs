namespace Fraud.Stream.Shards;

/// <summary>A page on its way into the journal of its shard, with what its commit sets in the head.</summary>
/// <param name="Bytes">Written by <see cref="Journal.PageWriter"/>; the same for each attempt, and never changed.</param>
public readonly record struct ShardPage(ShardCommit Commit, ReadOnlyMemory<byte> Bytes);
