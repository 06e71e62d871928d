using System.Globalization;
using Fraud.Stream.Cluster;

namespace Fraud.Stream.Formation;

/// <summary>What Kubernetes gives a pod to ask its API with: where that is, and the files of the service account.</summary>
/// <param name="Host">Of the API; empty where this is no pod.</param>
/// <param name="Port">Of the API.</param>
/// <param name="Folder">With the token, the authority of the API and the namespace.</param>
public sealed record PodAccount(string Host, string Port, string Folder)
{
    /// <summary>As Kubernetes tells every pod.</summary>
    public static PodAccount OfThisPod() => new(
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") ?? "",
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT") ?? "",
        "/var/run/secrets/kubernetes.io/serviceaccount");

    public string AuthorityFile => Path.Combine(Folder, "ca.crt");

    // Renewed by Kubernetes about each hour, so it is read for each question.
    public string TokenFile => Path.Combine(Folder, "token");

    private string NamespaceFile => Path.Combine(Folder, "namespace");

    public Uri Api => new UriBuilder(Uri.UriSchemeHttps, Host, int.Parse(Port, NumberStyles.None, CultureInfo.InvariantCulture)).Uri;

    /// <returns>What is missing, one line each.</returns>
    public IEnumerable<string> Missing(KubernetesOptions options)
    {
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown)
        {
            yield return "the variable KUBERNETES_SERVICE_HOST, which every pod has";
        }

        if (!ushort.TryParse(Port, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            yield return "the variable KUBERNETES_SERVICE_PORT, which every pod has";
        }

        foreach (var file in (string[])[TokenFile, AuthorityFile, .. options.Namespace.Length > 0 ? Array.Empty<string>() : [NamespaceFile]])
        {
            if (!File.Exists(file))
            {
                yield return $"{file}, which is there where the pod says automountServiceAccountToken: true";
            }
        }
    }

    /// <summary>Where pods are looked for.</summary>
    public string Namespace(KubernetesOptions options) => options.Namespace.Length > 0 ? options.Namespace : File.ReadAllText(NamespaceFile).Trim();
}
