using System.Net;
using System.Text.Json;
using Fraud.Http.Routing;

namespace Fraud.Http.Cluster;

/// <summary>Asks another node for its view of itself, where payments for it are sent too.</summary>
internal sealed class NodeAsker : IDisposable
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
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
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
            var body = await _http.GetByteArrayAsync(new Uri(new Uri(address), ClusterEndpoints.Path + "?view=node"), cancellation);
            return JsonSerializer.Deserialize<NodeView>(body, ClusterReport.Json);
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
