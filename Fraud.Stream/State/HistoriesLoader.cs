using Fraud.Model.History;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.State;

/// <summary>Takes the histories of one instance of the graph from the store.</summary>
public sealed class HistoriesLoader(
    IFraudStore store, ProfileOptions profile, ClusterOptions cluster, ShardDirectory directory, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>"sqlite" or "postgres".</summary>
    public string StoreKind => store.Kind;

    public int Shards => directory.Shards;

    /// <summary>Blocks, and waits for the store.</summary>
    /// <param name="abort">Ends later waits of what it gives.</param>
    /// <param name="stopping">Ends this wait.</param>
    public ShardHistories Load(CancellationToken abort, CancellationToken stopping)
    {
        store.Open();
        var all = new Profile(profile, directory.Shards);
        var loader = new CardLoader(store, logs.CreateLogger<CardLoader>(), abort);
        var terminals = new TerminalFeed(all, store, new ShardRouter(directory.Shards), directory, loader);
        terminals.Load(stopping);
        return new ShardHistories(
            all, terminals, new ShardRecovery(store, all, loader, cluster, time, logs.CreateLogger<ShardRecovery>()));
    }
}
