using System.Globalization;
using System.Security.Cryptography;

namespace Fraud.Stream.Cluster;

/// <summary>A node as other nodes see it.</summary>
/// <param name="Name">
/// The incarnation: owner of claims and lease, unique in the cluster and new for every start, so that a restarted node is not taken
/// for the dead one, nor refused like it (rule 8 of docs/decisions/0011).
/// </param>
/// <param name="Address">Where it is, as the shards' rows say; nobody connects to what they say.</param>
public sealed record NodeIdentity(string Name, string Address)
{
    /// <summary>Most characters of an address, and of a name, which is shorter.</summary>
    public const int MaxAddressLength = 256;

    // 48 bits: no two of all starts that a database ever sees are the same.
    private const int RandomDigits = 12;

    public static NodeIdentity Of(ClusterOptions options) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(options.NodeName.Length > 0 ? options.NodeName : Environment.MachineName)}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true)}"),
        "");
}
