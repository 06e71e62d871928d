using System.Globalization;
using Fraud.Stream.Cluster;
using Fraud.Stream.Formation;
using Fraud.Stream.Storage;

namespace Fraud.Cli.Doctor;

/// <summary>Whether this pod may ask for the others. Only where nodes find each other by the API of Kubernetes.</summary>
internal static class KubernetesCheck
{
    private const string Check = "kubernetes api";

    // More than the three that a node gives it.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Finding>> Run(
        ClusterOptions cluster, KubernetesOptions kubernetes, StorageOptions storage, TimeProvider time, CancellationToken stopping)
    {
        if (storage.Kind != StoreKind.Postgres || cluster.FindsBy != NodeDiscovery.Kubernetes)
        {
            return [];
        }

        var account = PodAccount.OfThisPod();
        var missing = account.Missing(kubernetes).ToList();
        return missing.Count > 0
            ? [.. missing.Select(static one => Finding.Fail(Check, $"this is no pod that may ask: there is no {one}", "docs/cluster.md, Kubernetes"))]
            : [await Ask(account, kubernetes, time, stopping)];
    }

    private static async Task<Finding> Ask(PodAccount account, KubernetesOptions kubernetes, TimeProvider time, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            using var api = new PodApi(account, kubernetes);
            var pods = await api.List(either.Token);
            var withPort = pods.Count(static pod => pod.Port is not null);
            var detail = string.Create(
                CultureInfo.InvariantCulture, $"namespace {account.Namespace(kubernetes)}, {kubernetes.LabelSelector}: {pods.Count} pod(s), {withPort} of them with a port named {kubernetes.PortName}");
            return withPort > 0
                ? Finding.Ok(Check, detail)
                : Finding.Fail(Check, detail, "Kubernetes:LabelSelector must match the nodes' pods, and Kubernetes:PortName be the name of a port that they have");
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            return Finding.Fail(Check, LibraryCheck.OneLine(PodAccessFault.Explain(error)), "docs/cluster.md, Kubernetes");
        }
    }
}
