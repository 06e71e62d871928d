using System.Globalization;

namespace Fraud.Stream.Cluster;

/// <summary>A node as other nodes see it.</summary>
/// <param name="Name">Unique in the cluster and new for every start, so that a restarted node is not taken for the dead one.</param>
/// <param name="Address">Where its front door answers other nodes, such as "http://10.0.0.7:8000".</param>
public sealed record NodeIdentity(string Name, string Address)
{
    public static NodeIdentity Of(ClusterOptions options) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(options.NodeName.Length > 0 ? options.NodeName : Environment.MachineName)}-{Environment.ProcessId}-{Random.Shared.Next(0x10000):x4}"),
        options.Address);
}
