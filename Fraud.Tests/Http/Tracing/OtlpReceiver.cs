using System.Collections.Concurrent;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Fraud.Tests.Http.Tracing;

/// <summary>A collector: takes OTLP over HTTP and keeps what came.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<byte[]> _requests = new();
    private readonly ConcurrentQueue<string> _tokens = new();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(Take);
    }

    public string Address => _server.Urls.First();

    /// <summary>What it answers with.</summary>
    public int Status { get; set; } = 200;

    /// <summary>Values of the header "authorization".</summary>
    public IEnumerable<string> Tokens => _tokens;

    public IReadOnlyList<byte[]> Requests => [.. _requests];

    public IEnumerable<ReceivedSpan> Spans => _requests.SelectMany(ReceivedSpan.Parse);

    public static async Task<OtlpReceiver> Start()
    {
        var receiver = new OtlpReceiver();
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
        if (context.Request.Path == "/v1/traces" && context.Request.ContentType == "application/x-protobuf" && Status == 200)
        {
            _tokens.Enqueue(context.Request.Headers.Authorization.ToString());
            _requests.Enqueue(body.ToArray());
        }

        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/x-protobuf";
    }
}
