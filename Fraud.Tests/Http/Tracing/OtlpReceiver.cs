using System.Collections.Concurrent;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fraud.Tests.Http.Tracing;

/// <summary>A collector: takes OTLP over HTTP, or over gRPC, and keeps what came.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<byte[]> _requests = new();
    private readonly ConcurrentQueue<byte[]> _metrics = new();
    private readonly ConcurrentQueue<string> _tokens = new();

    private OtlpReceiver(bool grpc)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        if (grpc)
        {
            // Without TLS there is no other way to say so.
            builder.WebHost.ConfigureKestrel(static kestrel => kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.Protocols = HttpProtocols.Http2));
        }

        _server = builder.Build();
        _server.Run(grpc ? TakeGrpc : Take);
    }

    public string Address => _server.Urls.First();

    /// <summary>What it answers with.</summary>
    public int Status { get; set; } = 200;

    /// <summary>Until it is completed nobody is answered.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>Values of the header "authorization".</summary>
    public IEnumerable<string> Tokens => _tokens;

    public IReadOnlyList<byte[]> Requests => [.. _requests];

    /// <summary>Exports of metrics, as they were on the wire.</summary>
    public IReadOnlyList<byte[]> Metrics => [.. _metrics];

    public IEnumerable<ReceivedSpan> Spans => _requests.SelectMany(ReceivedSpan.Parse);

    public static async Task<OtlpReceiver> Start(bool grpc = false)
    {
        var receiver = new OtlpReceiver(grpc);
        await receiver._server.StartAsync();
        return receiver;
    }

    /// <summary>Waits until the trace has all these spans, and gives all that it has.</summary>
    public async Task<ReceivedSpan[]> Trace(string traceId, params string[] names)
    {
        ReceivedSpan[] spans = [];
        await Poll.Until(() =>
        {
            spans = [.. Spans.Where(span => span.TraceId == traceId)];
            return names.All(name => spans.Any(span => span.Name == name));
        });
        return spans;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    private async Task Take(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        await Held;
        if (context.Request.Path == "/v1/traces" && context.Request.ContentType == "application/x-protobuf" && Status == 200)
        {
            _tokens.Enqueue(context.Request.Headers.Authorization.ToString());
            _requests.Enqueue(body.ToArray());
        }

        if (context.Request.Path == "/v1/metrics")
        {
            _metrics.Enqueue(body.ToArray());
        }

        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/x-protobuf";
    }

    // One message: whether it is compressed, its length, itself.
    private async Task TakeGrpc(HttpContext context)
    {
        const int prefix = 5;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (context.Request.Path == "/opentelemetry.proto.collector.trace.v1.TraceService/Export" && body.GetBuffer()[0] == 0)
        {
            _tokens.Enqueue(context.Request.Headers.Authorization.ToString());
            _requests.Enqueue(body.ToArray()[prefix..]);
        }

        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[prefix]);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
