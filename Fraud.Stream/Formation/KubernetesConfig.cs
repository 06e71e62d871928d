using System.Globalization;
using Akka.Configuration;
using Fraud.Stream.Cluster;

namespace Fraud.Stream.Formation;

/// <summary>Settings of Akka's discovery and bootstrap for a node that finds its cluster by the API of Kubernetes.</summary>
public static class KubernetesConfig
{
    /// <summary>kubernetes.conf: every number of how pods are looked for and asked.</summary>
    public static readonly Config Defaults = ConfigurationFactory.FromResource<PodDiscovery>("Fraud.Stream.Formation.kubernetes.conf");

    /// <summary>kubernetes.conf, which pods are looked for, and where they and this one are asked.</summary>
    public static Config Of(ClusterOptions cluster, KubernetesOptions kubernetes) => ConfigurationFactory
        .ParseString(string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            akka.discovery.pods {
              namespace = "{{kubernetes.Namespace}}"
              label-selector = "{{kubernetes.LabelSelector}}"
              port-name = "{{kubernetes.PortName}}"
            }
            akka.management {
              http {
                hostname = "{{cluster.ReachedAt}}"
                port = {{kubernetes.ManagementPort}}
              }
              cluster.bootstrap {
                contact-point.fallback-port = {{kubernetes.ManagementPort}}
                contact-point-discovery {
                  port-name = "{{kubernetes.PortName}}"
                  required-contact-point-nr = {{kubernetes.RequiredContactPoints}}
                }
              }
            }
            """))
        .WithFallback(Defaults);
}
