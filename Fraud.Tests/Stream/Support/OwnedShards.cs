using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;

namespace Fraud.Tests.Stream.Support;

/// <summary>Shards of a store that a test claimed, and where their commits stand. One caller at a time.</summary>
internal sealed class OwnedShards(IFraudStore store, int shards)
{
    private readonly CommitCursors _cursors = new();

    private readonly long[] _generations = new long[shards];

    public OwnedShards Claim(int shard, string node = "test")
    {
        Open(store.Claim(shard, new NodeIdentity(node, "http://" + node)));
        return this;
    }

    public void Open(ShardHead claimed)
    {
        _cursors.Open(CommitCursor.At(claimed));
        _generations[claimed.Shard] = claimed.Generation;
    }

    public long GenerationOf(int shard) => _generations[shard];

    /// <summary>What the next commit of these would be; changes nothing.</summary>
    public IReadOnlyList<ShardCommit> Next(params IReadOnlyList<MicroBatch> batches) => _cursors.Next(batches);

    public void Move(IReadOnlyList<ShardCommit> done) => _cursors.Move(done);

    /// <summary>Stores these, which must succeed.</summary>
    public IReadOnlyList<ShardCommit> Commit(params IReadOnlyList<MicroBatch> batches)
    {
        var commits = Next(batches);
        Assert.Empty(store.Commit(batches, commits));
        Move(commits);
        return commits;
    }
}

/// <summary>What tests of a store do shorter than the product.</summary>
internal static class OwnedShardsExtensions
{
    /// <summary>Claims a shard, which must succeed.</summary>
    public static ShardHead Claim(this IShardStore store, int shard, NodeIdentity node)
    {
        Assert.True(store.TryClaim(shard, node, out var head));
        return head;
    }

    /// <summary>Claims so many shards for one node.</summary>
    public static OwnedShards OwnAll(this IFraudStore store, int shards, string node = "test")
    {
        var owned = new OwnedShards(store, shards);
        for (var shard = 0; shard < shards; shard++)
        {
            owned.Claim(shard, node);
        }

        return owned;
    }
}
