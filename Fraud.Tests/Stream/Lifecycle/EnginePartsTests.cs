using System.Globalization;
using Akka.Actor;
using Fraud.Stream.Lifecycle;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Lifecycle;

/// <summary>Whatever part of a running engine dies comes back by itself, and the node says so meanwhile.</summary>
public sealed class EnginePartsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Topics _topics = new(partitions: 2);

    [Fact]
    public async Task Kill_EachPartInTurn_StartsAgainAndPaymentsAreStored()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await new GraphHost(_topics, store, ("Lifecycle:RestartMin", "00:00:00.010")).Start();
        var parts = host.Get<EngineParts>();
        var names = parts.All.Select(static part => part.Name).ToArray();
        Assert.Equal(["alerts", "graph", "labels", "results", "retention", "shards"], names);

        for (var i = 0; i < names.Length; i++)
        {
            await KillsAndReturns(host, names[i], Kill.Instance);
            await KillsAndReturns(host, names[i], PoisonPill.Instance);
            await PaysByBothWays(host, store, i);
        }

        Assert.Empty(parts.DownFor(TimeSpan.Zero));
    }

    [Fact]
    public async Task Kill_ActorOfAShard_IsClaimedAgainAndTheOthersGoOn()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await new GraphHost(_topics, store, ("Lifecycle:RestartMin", "00:00:00.010")).Start();
        var generation = host.Directory.GenerationOf(1);
        var other = host.Directory.GenerationOf(0);

        host.Get<ActorSystem>().ActorSelection("/user/engine/shards/part/1/shard").Tell(Kill.Instance);

        await Poll.Until(() => host.Directory.GenerationOf(1) > generation);
        await PaysByBothWays(host, store, 0);
        Assert.InRange(host.Directory.GenerationOf(0), other, long.MaxValue);
    }

    public void Dispose()
    {
        _topics.Dispose();
        _folder.Dispose();
    }

    private static async Task KillsAndReturns(GraphHost host, string name, object message)
    {
        var parts = host.Get<EngineParts>();
        var before = parts.All.Single(part => part.Name == name).Actor;
        before.Tell(message);
        await Poll.Until(() => parts.All.Single(part => part.Name == name) is { DownSince: null } now && !now.Actor.Equals(before));
        await host.Serves();
    }

    private async Task PaysByBothWays(GraphHost host, HookedStore store, int round)
    {
        var results = store.Count().Results;
        var card = string.Create(CultureInfo.InvariantCulture, $"card-{round}");
        _topics.Send(Topics.Transactions, card, Topics.Payment(string.Create(CultureInfo.InvariantCulture, $"k-{round}"), card));
        _topics.Flush();
        await host.Submit(string.Create(CultureInfo.InvariantCulture, $"h-{round}"), card).Answered;
        await Poll.Until(() => store.Count().Results == results + 2);
    }
}
