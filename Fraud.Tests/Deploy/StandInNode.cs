using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Deploy;

/// <summary>Stands where a node would behind a proxy: says what reached it, and does what the address asks for.</summary>
internal sealed class StandInNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _paths = new();
    private readonly ConcurrentDictionary<string, bool> _connections = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StandInNode(WebApplication app) => _app = app;

    /// <summary>What it was asked for, in order.</summary>
    public IReadOnlyCollection<string> Paths => _paths;

    /// <summary>Connections over which it was asked.</summary>
    public int Connections => _connections.Count;

    public int Port => new Uri(_app.Urls.First()).Port;

    public static async Task<StandInNode> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var node = new StandInNode(app);
        app.Run(node.Answer);
        await app.StartAsync();
        return node;
    }

    /// <summary>Lets an answer of /api/v1/alerts/stream come to its end.</summary>
    public void Release() => _release.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task Answer(HttpContext context)
    {
        _paths.Enqueue(context.Request.Path);
        _connections.TryAdd(context.Connection.Id, true);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        switch (context.Request.Path.Value)
        {
            case "/health":
                context.Response.Headers.CacheControl = "no-store";
                await context.Response.WriteAsJsonAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["status"] = "healthy" });
                break;
            case "/full":
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                break;
            case "/breaks":
                await context.Request.Body.CopyToAsync(System.IO.Stream.Null);
                context.Abort();
                break;
            case "/api/v1/alerts/stream":
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync("event: alert\n\n");
                await context.Response.Body.FlushAsync();
                await _release.Task;
                break;
            default:
                await context.Request.Body.CopyToAsync(System.IO.Stream.Null);
                await context.Response.WriteAsJsonAsync(
                    context.Request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
                break;
        }
    }
}
