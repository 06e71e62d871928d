using Akka.Configuration;

namespace Fraud.Stream.Shards;

/// <summary>shards.conf: settings of Akka for messages between shards, on every node of a cluster.</summary>
public static class ShardsConfig
{
    public static readonly Config Defaults = ConfigurationFactory.FromResource<ShardSerializer>("Fraud.Stream.Shards.shards.conf");
}
