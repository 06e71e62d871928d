namespace Fraud.Stream.Cluster;

/// <summary>How a node that starts finds those that it joins. That no second cluster is formed is the store's to see to, in each of them.</summary>
public enum NodeDiscovery
{
    /// <summary>The node table of the store names the nodes that are live.</summary>
    Store,

    /// <summary>A list: <see cref="ClusterOptions.Seeds"/>.</summary>
    Seeds,

    /// <summary>The API of Kubernetes names the pods, which are asked over HTTP whether they are in a cluster (<see cref="KubernetesOptions"/>).</summary>
    Kubernetes,
}
