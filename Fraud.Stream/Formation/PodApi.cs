using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Fraud.Stream.Cluster;

namespace Fraud.Stream.Formation;

/// <summary>The API of Kubernetes, asked for the pods among which a node looks for its cluster.</summary>
/// <remarks>
/// Akka.Discovery.KubernetesApi 1.5.73 is not used: it calls a constructor of KubernetesClient 17 (<c>V1PodList</c>) that the versions that
/// can be had, 19 and 21, have no more. What is asked is one address.
/// </remarks>
public sealed class PodApi : IDisposable
{
    // A pod's description is some ten kilobytes, and a cluster has no more nodes than shards.
    private const int MaxPods = 1_000;
    private const int MaxBytes = 64 << 20;

    private readonly PodAccount _account;
    private readonly KubernetesOptions _options;
    private readonly HttpClient _http;

    /// <exception cref="InvalidDataException">The file of the authority has no certificate.</exception>
    public PodApi(PodAccount account, KubernetesOptions options)
    {
        _account = account;
        _options = options;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(account.AuthorityFile);
        if (authorities.Count == 0)
        {
            throw new InvalidDataException($"{account.AuthorityFile}: expected a certificate in PEM");
        }

        // The API's authority is Kubernetes' own: a file that publishes no list of what it took back.
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        // Not through a proxy, which would see the token.
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        handler.SslOptions.CertificateChainPolicy = policy;
        _http = new HttpClient(handler) { BaseAddress = account.Api, MaxResponseContentBufferSize = MaxBytes, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Pods that run and have the labels.</summary>
    /// <remarks>Throws what HTTP throws: <see cref="PodAccessFault"/> puts it into words.</remarks>
    /// <exception cref="PodApiException">The API refuses.</exception>
    /// <exception cref="JsonException">It answers something else.</exception>
    public async Task<IReadOnlyList<Pod>> List(CancellationToken stopping)
    {
        var path = $"api/v1/namespaces/{Uri.EscapeDataString(_account.Namespace(_options))}/pods?limit={MaxPods}&labelSelector={Uri.EscapeDataString(_options.LabelSelector)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(_account.TokenFile, stopping)).Trim());
        using var response = await _http.SendAsync(request, stopping);
        var body = await response.Content.ReadAsStringAsync(stopping);
        if (!response.IsSuccessStatusCode)
        {
            throw new PodApiException(response.StatusCode, body);
        }

        using var list = JsonDocument.Parse(body);
        return Pod.Read(list.RootElement, _options.PortName);
    }

    public void Dispose() => _http.Dispose();
}
