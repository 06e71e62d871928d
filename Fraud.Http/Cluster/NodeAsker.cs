using System.Net;
using System.Text.Json;
using Fraud.Http.Routing;
using Fraud.Stream.Cluster;

namespace Fraud.Http.Cluster;

/// <summary>Asks another node for its view of itself, where payments for it are sent too.</summary>
internal sealed class NodeAsker(ClusterOptions options) : IDisposable
{
    // A view is some hundred bytes a shard; 10,000 shards fit.
    private const int MaxBytes = 4 << 20;

    // People wait for the answer, and a node that needs longer is in trouble.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(700);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = LongestWait,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = LongestWait,
        MaxResponseContentBufferSize = MaxBytes,
    };

    /// <summary>Null when it does not answer as a node of this version does.</summary>
    public async Task<NodeView?> Ask(string address, CancellationToken cancellation)
    {
        if (!PeerListener.IsNodeAddress(address))
        {
            return null;
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(address), ClusterEndpoints.Path + "?view=node"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            if (options.Secret.Length > 0)
            {
                request.Headers.TryAddWithoutValidation(RoutingHeaders.Secret, options.Secret);
            }

            using var answer = await _http.SendAsync(request, cancellation);
            answer.EnsureSuccessStatusCode();
            return JsonSerializer.Deserialize<NodeView>(await answer.Content.ReadAsByteArrayAsync(cancellation), ClusterReport.Json);
        }
        catch (Exception error) when (error is HttpRequestException or JsonException
            || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // That it does not answer is what the report says of it.
            return null;
        }
    }

    public void Dispose() => _http.Dispose();
}
