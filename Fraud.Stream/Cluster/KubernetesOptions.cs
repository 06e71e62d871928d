using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Fraud.Stream.Cluster;

/// <summary>The pods among which a node looks for its cluster, with <see cref="NodeDiscovery.Kubernetes"/>. Config section "Kubernetes".</summary>
public sealed class KubernetesOptions
{
    public const string Section = "Kubernetes";

    /// <summary>Where they are; empty: the namespace of this pod.</summary>
    // A label of DNS, which is what Kubernetes takes.
    [MaxLength(63), RegularExpression("[a-z0-9]([-a-z0-9]*[a-z0-9])?")]
    public string Namespace { get; set; } = "";

    /// <summary>Labels that they have and no other pod has, in the language of <c>kubectl get pods -l</c>.</summary>
    // What selectors are made of. Quotes would end the setting of Akka's that it is put into.
    [Required, MaxLength(256), RegularExpression("[-A-Za-z0-9_./=!,() ]+")]
    public string LabelSelector { get; set; } = "app=fraud";

    /// <summary>Name that a pod gives the port at which it is asked.</summary>
    // Kubernetes takes 15 characters.
    [Required, MaxLength(15), RegularExpression("[a-z0-9]([-a-z0-9]*[a-z0-9])?")]
    public string PortName { get; set; } = "management";

    /// <summary>Port at which this pod is asked, at its own address alone; the one that the pod has under <see cref="PortName"/>.</summary>
    // Akka.Management's own.
    [Range(1, IPEndPoint.MaxPort)]
    public int ManagementPort { get; set; } = 8558;

    /// <summary>Pods, this one among them, that must answer before a cluster is formed where none is.</summary>
    // Rule 24 of docs/decisions/0011: the lock in the store lets one form, however many of them are seen. A pod more to wait for is a
    // pod more that can keep a cluster from starting.
    [Range(1, 100)]
    public int RequiredContactPoints { get; set; } = 1;
}
