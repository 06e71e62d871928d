using System.Buffers;
using System.Collections.Concurrent;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fraud.Benchmarks.Http;

/// <summary>Kestrel and one handler: no routing, no queue, no answer to build.</summary>
internal sealed class BareEndpoint : IAsyncDisposable
{
    private readonly ConcurrentQueue<Transaction> _idle = new();
    private readonly TransactionReader _reader = new(new TransactionLimits(), CardNumberGuard.Off);
    private readonly byte[] _answer;
    private readonly WebApplication _server;

    private BareEndpoint(byte[] answer)
    {
        _answer = answer;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.AddServerHeader = false);
        _server = builder.Build();
        _server.Run(Handle);
    }

    public Uri Address => new(new Uri(_server.Urls.First()), "/predict");

    public static async Task<BareEndpoint> StartAsync(byte[] answer, CancellationToken cancellation)
    {
        var endpoint = new BareEndpoint(answer);
        await endpoint._server.StartAsync(cancellation);
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    private async Task Handle(HttpContext context)
    {
        var body = context.Request.BodyReader;
        var result = await body.ReadAsync(context.RequestAborted);
        while (!result.IsCompleted)
        {
            body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await body.ReadAsync(context.RequestAborted);
        }

        var parsed = Parse(result.Buffer);
        body.AdvanceTo(result.Buffer.End);
        var response = context.Response;
        if (!parsed)
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = _answer.Length;
        response.BodyWriter.Write(_answer);
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private bool Parse(ReadOnlySequence<byte> body)
    {
        if (!_idle.TryDequeue(out var payment))
        {
            payment = new Transaction();
        }

        payment.Clear();
        var parsed = _reader.TryRead(body.IsSingleSegment ? body.FirstSpan : body.ToArray(), payment, out _);
        // Bounded by the connections: each request holds one.
        _idle.Enqueue(payment);
        return parsed;
    }
}
