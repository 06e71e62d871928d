using Fraud.Stream.Cluster;
using Fraud.Stream.Ingest;
using Fraud.Stream.Storage;

namespace Fraud.Http.Cluster;

/// <summary>
/// Joins what the store says of shards with what nodes say of themselves and where Kafka's partitions end. Many
/// watchers cost as much as one: a report is used for half a second. Thread-safe.
/// </summary>
internal sealed class ClusterView(IFraudStore store, ShardMap map, OwnView own, NodeAsker asker, PartitionEnds ends, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(500);

    // The nodes that payments may be sent to (Routing:MaxNodes) are no more by default.
    private const int MostAsked = 256;

    private readonly SemaphoreSlim _one = new(1);
    private (long At, ClusterReport? Report) _last;

    public NodeView Own => own.Take();

    public async Task<ClusterReport> Get(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_last.Report is null || time.GetElapsedTime(_last.At) > Freshness)
            {
                _last = (time.GetTimestamp(), await Make(cancellation));
            }

            return _last.Report;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<ClusterReport> Make(CancellationToken cancellation)
    {
        var self = own.Take();
        var (rows, error) = await ReadRows(self, cancellation);
        var others = rows.Where(row => row.IsOwned && row.Owner != self.Name)
            .Select(static row => (row.Owner, row.Address))
            .Distinct()
            .Take(MostAsked)
            .ToArray();
        var answers = await Task.WhenAll(others.Select(other => asker.Ask(other.Address, cancellation)));
        var views = new Dictionary<string, NodeView>(StringComparer.Ordinal) { [self.Name] = self };
        foreach (var view in answers.OfType<NodeView>())
        {
            // A node that was started anew at the same address goes by another name.
            views.TryAdd(view.Name, view);
        }

        var known = rows.ToDictionary(static row => row.Shard);
        var shards = Enumerable.Range(0, map.Shards)
            .Select(shard => Report(shard, known.GetValueOrDefault(shard), views))
            .ToArray();
        var nodes = others.Select(static other => (Name: other.Owner, other.Address))
            .Concat(views.Values.Select(static view => (view.Name, view.Address)))
            .Distinct()
            .OrderBy(static node => node.Name, StringComparer.Ordinal)
            .Select(node => Report(node.Name, node.Address, views.GetValueOrDefault(node.Name), self, shards))
            .ToArray();
        long? lag = shards.All(static shard => shard.Lag is not null) ? shards.Sum(static shard => shard.Lag) : null;
        return new ClusterReport(time.GetUtcNow(), store.Kind, error, lag, shards, nodes);
    }

    private async Task<(IReadOnlyList<ShardRow> Rows, string? Error)> ReadRows(NodeView self, CancellationToken cancellation)
    {
        try
        {
            // The store's calls block.
            return (await Task.Run(store.ReadShards, cancellation), null);
        }
        catch (StoreUnavailableException error)
        {
            return ([.. FromMap(self)], error.Message);
        }
    }

    /// <summary>Who owns what as this node saw it last.</summary>
    private IEnumerable<ShardRow> FromMap(NodeView self)
    {
        var held = self.Shards.ToDictionary(static shard => shard.Shard);
        for (var shard = 0; shard < map.Shards; shard++)
        {
            var owner = map.OwnerOf(shard);
            if (held.TryGetValue(shard, out var mine))
            {
                yield return new ShardRow(shard, mine.Generation, self.Name, self.Address, 0, 0, 0, null, 0);
            }
            else if (owner.Generation > 0)
            {
                var isElsewhere = owner.Place == ShardPlace.Elsewhere;
                yield return new ShardRow(shard, owner.Generation, isElsewhere ? owner.Address : "", owner.Address, 0, 0, 0, null, 0);
            }
        }
    }

    private ShardReport Report(int shard, ShardRow? row, Dictionary<string, NodeView> views)
    {
        // Nothing was stored of it yet: all that is in the log waits.
        long? lag = ends.EndOf(shard) is { } end ? Math.Max(0, end - (row?.NextOffset ?? 0)) : null;
        if (row is null)
        {
            return new ShardReport(shard, ShardState.Nobody, "", "", 0, 0, 0, null, lag, null, null);
        }

        // With the store away the owner's name may not be known, but its address is.
        var view = views.GetValueOrDefault(row.Owner) ?? views.Values.FirstOrDefault(node => row.Owner.Length > 0 && node.Address == row.Owner);
        var held = view?.Shards.FirstOrDefault(mine => mine.Shard == shard && mine.Generation == row.Generation);
        var state = (row.IsOwned, view, held) switch
        {
            (false, _, _) => ShardState.Nobody,
            (_, null, _) => ShardState.NoAnswer,
            (_, _, null) => ShardState.NotServed,
            (_, _, { IsOpen: true }) => ShardState.Open,
            _ => ShardState.Recovering,
        };
        return new ShardReport(
            shard, state, view?.Name ?? row.Owner, row.Address, row.Generation, row.Sequence, row.SnapshotSequence,
            row.NextOffset, lag, held?.Cards, held?.CardsAway);
    }

    private static NodeReport Report(string name, string address, NodeView? view, NodeView self, ShardReport[] shards) => new(
        name,
        address,
        view?.Urls ?? [],
        name == self.Name,
        view?.State ?? "no answer",
        view?.Kafka ?? "",
        view?.Model ?? "",
        shards.Count(shard => shard.Owner == name && shard.State != ShardState.Nobody),
        shards.Count(shard => shard.Owner == name && shard.State == ShardState.Open),
        view?.UptimeSeconds);
}
