using Fraud.Http.ApiDocs;
using Fraud.Stream.Cluster;
using Fraud.Stream.Ingest;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;

namespace Fraud.Http.Cluster;

/// <summary>
/// Joins what the store says of shards with what nodes say of themselves and where Kafka's partitions end. Many
/// watchers cost as much as one: a report is used for half a second. Thread-safe.
/// </summary>
internal sealed class ClusterView(
    IFraudStore store, OwnView own, NodeAsker asker, ClusterMembers members, PartitionEnds ends, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(500);

    /// <summary>Nodes in a report: this one, those that were asked, as many members that did not answer, and as many that own a shard and did not.</summary>
    public const int MostNodes = (3 * NodeAsker.MostAsked) + 1;

    /// <summary>Events in a report, and of one node: what a page shows, and a hundredth of a message between nodes.</summary>
    public const int MostEvents = 100;

    /// <summary>Addresses of a node's front door that are told.</summary>
    public const int MostUrls = 16;

    /// <summary>Most characters of why the store could not be read.</summary>
    public const int MaxErrorLength = 1_000;

    private readonly SemaphoreSlim _one = new(1);

    // Names of members by address, as they said themselves: one that no longer answers is shown by the name that it had. Of members
    // alone, so no more than those.
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
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
        var views = new Dictionary<string, NodeView>(StringComparer.Ordinal) { [self.Name] = self };
        foreach (var view in await asker.AskAll(cancellation))
        {
            views.TryAdd(view.Name, view);
        }

        var known = members.Read();
        Remember(known, views.Values);
        var (rows, error) = await ReadRows(views.Values, cancellation);
        var heads = rows.ToDictionary(static row => row.Shard);
        var shards = Enumerable.Range(0, own.Shards)
            .Select(shard => Report(shard, heads.GetValueOrDefault(shard), views))
            .ToArray();
        var owners = rows.Where(row => row.IsOwned && !views.ContainsKey(row.Owner))
            .Select(row => (Name: row.Owner, Address: _names.FirstOrDefault(one => one.Value == row.Owner).Key ?? row.Address));
        var silent = known.Keys.Except(views.Values.Select(static view => view.Address))
            .Select(address => (Name: _names.GetValueOrDefault(address, address), Address: address));
        var nodes = owners.Distinct().Take(NodeAsker.MostAsked)
            .Concat(silent.Take(NodeAsker.MostAsked))
            .Concat(views.Values.Select(static view => (view.Name, view.Address)))
            .Distinct()
            .OrderBy(static node => node.Name, StringComparer.Ordinal)
            .Select(node => Report(node.Name, node.Address, views.GetValueOrDefault(node.Name), self, shards, MemberAt(node.Address, known)))
            .ToArray();
        var history = views.Values.SelectMany(static view => view.History)
            .Distinct()
            .OrderByDescending(static happened => happened.At)
            .ThenByDescending(static happened => happened.Generation)
            .ThenBy(static happened => happened.Shard)
            .Take(MostEvents)
            .ToArray();
        long? lag = shards.All(static shard => shard.Lag is not null) ? shards.Sum(static shard => shard.Lag) : null;
        return new ClusterReport(time.GetUtcNow(), store.Kind, error, lag, shards, nodes, history);
    }

    private void Remember(IReadOnlyDictionary<string, ClusterMember> known, IEnumerable<NodeView> views)
    {
        foreach (var gone in _names.Keys.Where(address => !known.ContainsKey(address)).ToArray())
        {
            _names.Remove(gone);
        }

        foreach (var view in views.Where(view => known.ContainsKey(view.Address)))
        {
            _names[view.Address] = view.Name;
        }
    }

    private ClusterMember MemberAt(string address, IReadOnlyDictionary<string, ClusterMember> known) =>
        known.GetValueOrDefault(address) ?? new ClusterMember(store.IsShared ? ClusterMembers.None : ClusterMembers.Alone, false, false);

    private async Task<(IReadOnlyList<ShardHead> Rows, string? Error)> ReadRows(IEnumerable<NodeView> views, CancellationToken cancellation)
    {
        try
        {
            // The store's calls block.
            return (await Task.Run(store.ReadHeads, cancellation), null);
        }
        catch (StoreUnavailableException error)
        {
            return ([.. FromViews(views)], error.Message.Cut(MaxErrorLength));
        }
    }

    /// <summary>Who owns what as the nodes that answer say. The highest claim is the one that stands.</summary>
    private static IEnumerable<ShardHead> FromViews(IEnumerable<NodeView> views) => views
        .SelectMany(static view => view.Shards.Select(held => ShardHead.New(held.Shard) with { Generation = held.Generation, Owner = view.Name, Address = view.Address }))
        .GroupBy(static row => row.Shard)
        .Select(static claims => claims.MaxBy(static claim => claim.Generation)!);

    private ShardReport Report(int shard, ShardHead? row, Dictionary<string, NodeView> views)
    {
        // Nothing was stored of it yet: all that is in the log waits.
        long? lag = ends.EndOf(shard) is { } end ? Math.Max(0, end - (row?.NextOffset ?? 0)) : null;
        if (row is null)
        {
            return new ShardReport(shard, ShardState.Nobody, "", "", 0, 0, 0, null, lag, null, null);
        }

        var view = views.GetValueOrDefault(row.Owner);
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
            shard, state, row.Owner, view?.Address ?? row.Address, row.Generation, row.Sequence, row.SnapshotSequence,
            row.NextOffset, lag, held?.Cards, held?.CardsAway);
    }

    private static NodeReport Report(
        string name, string address, NodeView? view, NodeView self, ShardReport[] shards, ClusterMember member) => new(
        name,
        address,
        [.. (view?.Urls ?? []).Take(MostUrls).Select(static url => url.Cut(NodeIdentity.MaxAddressLength))],
        name == self.Name,
        view?.State ?? "no answer",
        member.Status,
        member.IsLeader,
        member.IsCoordinator,
        view?.Kafka ?? "",
        view?.Model ?? "",
        shards.Count(shard => shard.Owner == name && shard.State != ShardState.Nobody),
        shards.Count(shard => shard.Owner == name && shard.State == ShardState.Open),
        view?.UptimeSeconds);
}
