using Akka.Actor;

namespace Fraud.Stream.Shards;

/// <summary>
/// Where the region of shards is while it runs, for those who are no actors. A node alone has none, and none is there before the models
/// are loaded (rule 22 of docs/decisions/0011). Thread-safe.
/// </summary>
public sealed class ShardRegionRef
{
    private volatile IActorRef? _region;

    /// <summary>Null while there is none.</summary>
    public IActorRef? Region => _region;

    public void Set(IActorRef region) => _region = region;

    public void Clear() => _region = null;
}
