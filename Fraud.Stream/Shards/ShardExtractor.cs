using System.Globalization;
using Akka.Cluster.Sharding;

namespace Fraud.Stream.Shards;

/// <summary>
/// How a region finds the actor of a message: partition, shard and entity of Akka are one and the same number, so that one node has a
/// partition alone, whoever hashes the card (Kafka's producers, or the front door).
/// </summary>
/// <remarks>Akka takes <see cref="ShardRegion.StartEntity"/> by itself: it asks only for the shard of the id.</remarks>
/// <param name="shards">A message for another shard is unhandled: no actor is made for it.</param>
public sealed class ShardExtractor(int shards) : IMessageExtractor
{
    // One text for each, not one for each message.
    private readonly string[] _ids = [.. Enumerable.Range(0, shards).Select(static shard => shard.ToString(CultureInfo.InvariantCulture))];

    public string? EntityId(object message) => message switch
    {
        IShardMessage { Shard: var shard } when (uint)shard < (uint)_ids.Length => _ids[shard],
        _ => null,
    };

    public object? EntityMessage(object message) => message;

    public string? ShardId(object message) => EntityId(message);

    public string ShardId(string entityId, object? messageHint = null) => entityId;
}
