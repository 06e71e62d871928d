using Akka.Configuration;
using Fraud.Stream.Cluster;

namespace Fraud.Stream.Formation;

/// <summary>Settings of Akka's remoting and cluster.</summary>
public static class FormationConfig
{
    /// <summary>Name of the actor system: that of all nodes of a cluster.</summary>
    public const string SystemName = "fraud";

    /// <summary>formation.conf: every number of how nodes find, watch and remove each other.</summary>
    public static readonly Config Defaults = ConfigurationFactory.FromResource<FormationActor>("Fraud.Stream.Formation.formation.conf");

    /// <summary>Settings of Akka for one node: formation.conf, and where the node listens.</summary>
    public static Config Of(ClusterOptions options, RemotingTls tls) => ConfigurationFactory
        .ParseString($$"""
            akka.remote.dot-netty.tcp {
              hostname = "{{options.Host}}"
              port = {{options.Port}}
              public-hostname = "{{options.ReachedAt}}"
              public-port = {{options.PublicPort}}
              enable-ssl = {{(tls.IsOn ? "on" : "off")}}
            }
            {{(options.FindsBy == NodeDiscovery.Seeds ? "akka.cluster.seed-node-timeout = " + Defaults.GetString("fraud.formation.seed-node-timeout-with-seeds") : "")}}
            """)
        .WithFallback(Defaults);
}
