using System.Net;
using System.Text.Json;

namespace Fraud.Stream.Formation;

/// <summary>A pod that can be asked.</summary>
/// <param name="Port">That it has under the name that was looked for; null: it has none.</param>
public sealed record Pod(string Name, IPAddress Address, int? Port)
{
    /// <summary>Those of a PodList of Kubernetes that run, have an address and are not on their way out.</summary>
    /// <exception cref="JsonException">It is no PodList.</exception>
    public static IReadOnlyList<Pod> Read(JsonElement list, string portName)
    {
        try
        {
            return [.. list.GetProperty("items").EnumerateArray().Select(pod => Of(pod, portName)).OfType<Pod>()];
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException)
        {
            throw new JsonException($"expected a PodList: {error.Message}", error);
        }
    }

    private static Pod? Of(JsonElement pod, string portName)
    {
        var (metadata, status) = (pod.GetProperty("metadata"), pod.GetProperty("status"));
        return !metadata.TryGetProperty("deletionTimestamp", out _)
            && status.TryGetProperty("phase", out var phase) && phase.ValueEquals("Running")
            && status.TryGetProperty("podIP", out var ip) && IPAddress.TryParse(ip.GetString(), out var address)
            ? new Pod(metadata.GetProperty("name").GetString() ?? "", address, PortOf(pod.GetProperty("spec"), portName))
            : null;
    }

    private static int? PortOf(JsonElement spec, string portName)
    {
        foreach (var container in spec.GetProperty("containers").EnumerateArray())
        {
            if (!container.TryGetProperty("ports", out var ports))
            {
                continue;
            }

            foreach (var port in ports.EnumerateArray())
            {
                if (port.TryGetProperty("name", out var name) && name.ValueEquals(portName))
                {
                    return port.GetProperty("containerPort").GetInt32();
                }
            }
        }

        return null;
    }
}
