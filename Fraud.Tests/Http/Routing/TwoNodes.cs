namespace Fraud.Tests.Http.Routing;

/// <summary>Two servers, each with a store of its own, that wait a second for an owner.</summary>
public sealed class TwoNodes : IAsyncLifetime
{
    public static readonly TimeSpan OwnerWait = TimeSpan.FromSeconds(1.2);

    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1.5);

    public RoutingNode A { get; private set; } = null!;

    public RoutingNode B { get; private set; } = null!;

    /// <summary>All shards of these nodes.</summary>
    public IEnumerable<int> All => A.All;

    public async Task InitializeAsync()
    {
        A = await Start("a");
        B = await Start("b");
    }

    public async Task DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
    }

    private static Task<RoutingNode> Start(string name) => RoutingNode.Start(
        name, ("Cluster:OwnerWait", OwnerWait.ToString()), ("Overload:Deadline", Deadline.ToString()));
}
