using Fraud.Model.History;

namespace Fraud.Stream.Shards;

/// <summary>A shard under one claim, as its lane and the commit stage share it from the marker that opens it on.</summary>
/// <remarks>Made by recovery; its cards are thread-safe.</remarks>
/// <param name="begin">Where the commit stage begins.</param>
/// <param name="cards">What the journal up to there leads to.</param>
public sealed class OpenShard(CommitCursor begin, ShardCards cards)
{
    private volatile bool _isDropped;

    public int Shard => begin.Shard;

    public long Generation => begin.Generation;

    public CommitCursor Begin => begin;

    public ShardCards Cards => cards;

    /// <summary>Another node has it, or no one: what is in the graph under its generation is dropped, its callers are told.</summary>
    public bool IsDropped => _isDropped;

    public void Drop() => _isDropped = true;
}
