using Fraud.Model.History;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Support;

/// <summary>A node's histories on a store, as a graph has them, without the graph's stages.</summary>
internal sealed class TestShards : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public TestShards(IFraudStore store, int shards, ProfileOptions? profile = null, ClusterOptions? options = null)
    {
        Router = new ShardRouter(shards);
        Directory = new ShardDirectory(shards);
        Loader = new CardLoader(store, NullLogger<CardLoader>.Instance, _stop.Token);
        Profile = new Profile(profile ?? new ProfileOptions(), shards);
        Terminals = new TerminalFeed(Profile, store, Router, Directory, Loader);
        Recovery = new ShardRecovery(
            store, Profile, Loader, options ?? new ClusterOptions(), new FakeTimeProvider(Storage.StoredPayments.July), NullLogger<ShardRecovery>.Instance);
    }

    public ShardRouter Router { get; }

    public ShardDirectory Directory { get; }

    public Profile Profile { get; }

    public CardLoader Loader { get; }

    public TerminalFeed Terminals { get; }

    public ShardRecovery Recovery { get; }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
