using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.FanOut;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Time.Testing;

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

    /// <summary>Commits these, which must succeed, and writes their rows.</summary>
    public IReadOnlyList<ShardCommit> Commit(params IReadOnlyList<MicroBatch> batches) => Commit(OwnedShardsExtensions.JulyPages, batches);

    /// <inheritdoc cref="Commit(IReadOnlyList{MicroBatch})"/>
    public IReadOnlyList<ShardCommit> Commit(GroupPages writer, params IReadOnlyList<MicroBatch> batches)
    {
        var commits = Next(batches);
        var pages = writer.Of(batches, commits);
        Assert.Empty(store.Commit(pages));
        Move(commits);
        store.WriteRows(pages);
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

    /// <summary>Writes pages on the day of <see cref="Storage.StoredPayments.July"/>, all features kept.</summary>
    public static GroupPages JulyPages => new(new FeatureSample(1), new FakeTimeProvider(Storage.StoredPayments.July));

    /// <summary>Pages of batches, all features kept, written on the day of <see cref="Storage.StoredPayments.July"/>.</summary>
    public static IReadOnlyList<ShardPage> PagesOf(this IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardCommit> commits) =>
        JulyPages.Of(batches, commits);

    /// <summary>Commits without rows.</summary>
    public static IReadOnlyList<int> Commit(this IFraudStore store, IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardCommit> commits) =>
        store.Commit(batches.PagesOf(commits));

    /// <summary>Writes the rows of pages that were committed, and of what was before them.</summary>
    public static RowsWritten WriteRows(this IFraudStore store, IReadOnlyList<ShardPage> pages)
    {
        using var rows = store.Rows.Open();
        var followed = new List<FollowedPage>();
        foreach (var (commit, _) in pages)
        {
            var position = rows.Take(commit.Shard, commit.Generation) ?? throw new InvalidOperationException($"shard {commit.Shard} is another's");
            followed.AddRange(store.ReadJournal(commit.Shard, position, int.MaxValue)
                .Select(page => new FollowedPage(page.Shard, commit.Generation, page.Sequence, page.Payload)));
        }

        return rows.Write(followed);
    }

    /// <summary>Waits until all that is committed has rows, as long as someone writes them.</summary>
    public static void WaitForRows(this IFraudStore store, TimeSpan longest) => SpinWait.SpinUntil(
        () =>
        {
            var heads = store.ReadHeads();
            var rows = store.Rows.ReadPositions();
            return heads.All(head => rows.GetValueOrDefault(head.Shard) >= head.Sequence);
        },
        longest);

    /// <summary>Whether Kafka has the alerts and dead letters of all that is committed, as far as is stored.</summary>
    public static bool HasSentAll(this IFraudStore store)
    {
        var sent = store.Positions.Read(JournalReaders.Alerts);
        return store.ReadHeads().All(head => sent.GetValueOrDefault(head.Shard) >= head.Sequence);
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
