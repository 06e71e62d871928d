using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Threading.Channels;
using Fraud.Http.ApiDocs;
using Fraud.Http.Edge;
using Fraud.Http.Problems;
using Fraud.Http.RateLimits;
using Fraud.Http.Routing;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Hosting;

namespace Fraud.Http.PredictStream;

/// <summary>
/// <c>POST /predict/stream</c>: a payment a line in, an answer a line out, in the order of the lines, for as long as the
/// client likes. What it does not take in time is not read from it either: so it must read while it writes.
/// </summary>
internal sealed class PredictStreamEndpoint(
    LineScorer scorer, PredictStreamOptions options, PaymentRouter router, IHostApplicationLifetime host, TimeProvider time) : IEndpoints
{
    private const string Lines = "application/x-ndjson";

    private static readonly Problem Unsupported = new(415, "Unsupported Media Type", $"Content-Type: expected {Lines}")
    {
        Field = "Content-Type",
        Expected = Lines,
    };

    private static readonly Problem Full = new(503, "Service Unavailable", "This node has as many streams as it may; try another one, or later.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    private static readonly Problem Stopping = new(503, "Service Unavailable", "The service is stopping. Send from next_line on again.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private static readonly Problem Idle = new(408, "Request Timeout", "No line came for too long. Send from next_line on again.");

    private static readonly Problem Broken = new(400, "Bad Request", "The body cannot be read on. Send from next_line on again.");

    private int _streams;

    public int Streams => Volatile.Read(ref _streams);

    private bool IsStopping => host.ApplicationStopping.IsCancellationRequested;

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/predict/stream", (RequestDelegate)Handle)
            .Needs(Access.Score).Limited(RateClass.Payments).WithName("predictStream").Describe(PredictStreamDescriptions.Stream);

    public async Task Handle(HttpContext context)
    {
        if (context.Request.ContentType is not { } type || !IsLines(type.AsSpan(0, type.IndexOf(';') is > 0 and var end ? end : type.Length).Trim()))
        {
            await Unsupported.Write(context);
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _streams) > options.MaxStreams)
            {
                await Full.Write(context);
                return;
            }

            await Run(context);
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }

    private async Task Run(HttpContext context)
    {
        Unbound(context);
        var response = context.Response;
        response.ContentType = Lines;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        response.Headers[RoutingHeaders.Node] = router.Self.Name;
        // The client may wait for the head before it sends.
        await response.StartAsync(context.RequestAborted);
        await response.BodyWriter.FlushAsync(context.RequestAborted);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var window = new SemaphoreSlim(options.MaxInFlight);
        // Bounded by the window: a chunk has at least one line.
        var chunks = Channel.CreateUnbounded<LineChunk>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var reading = Read(context, chunks.Writer, window, ending.Token);
        try
        {
            if (!await Write(response, chunks.Reader, window, context.RequestAborted))
            {
                context.Abort();
            }
            else if (await reading is var (problem, next) && problem is not null)
            {
                WriteLast(response.BodyWriter, problem, next);
                await response.BodyWriter.FlushAsync(context.RequestAborted);
                LastRequest.Mark(context);
            }
        }
        catch (TimeoutException)
        {
            context.Abort();
        }
        finally
        {
            await ending.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (chunks.Reader.TryRead(out var chunk))
            {
                chunk.Release();
            }
        }
    }

    /// <returns>Why it ended before the client did, and the first line that was not read; null when the client ended it.</returns>
    private async Task<(Problem? Problem, long Next)> Read(
        HttpContext context, ChannelWriter<LineChunk> chunks, SemaphoreSlim window, CancellationToken ending)
    {
        var reader = context.Request.BodyReader;
        var lines = new LineSplitter(options.MaxLineBytes);
        await using var stopping = host.ApplicationStopping.Register(() => BodyRead.End(reader));
        // Disposed asynchronously: a late call would cancel what the next request of the connection reads.
        await using var idle = time.CreateTimer(_ => BodyRead.End(reader), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            while (true)
            {
                // The time that answers take is not the client's.
                idle.Change(options.IdleTimeout, Timeout.InfiniteTimeSpan);
                var result = await BodyRead.Next(reader);
                idle.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                var rest = result.Buffer;
                while (!IsStopping && !result.IsCanceled && NextChunk(lines, ref rest, result.IsCompleted) is { Count: > 0 } chunk)
                {
                    await Hand(context, chunk, chunks, window, ending);
                }

                reader.AdvanceTo(rest.Start, rest.End);
                ending.ThrowIfCancellationRequested();
                if (IsStopping || result.IsCanceled)
                {
                    return (IsStopping ? Stopping : Idle, lines.Number + 1);
                }

                if (result.IsCompleted)
                {
                    return (null, 0);
                }
            }
        }
        catch (BadHttpRequestException)
        {
            return (Broken, lines.Number + 1);
        }
        finally
        {
            chunks.Complete();
        }
    }

    private LineChunk NextChunk(LineSplitter lines, ref ReadOnlySequence<byte> rest, bool isLast)
    {
        var chunk = new LineChunk();
        while (chunk.Count < scorer.MaxChunk && lines.TryRead(ref rest, isLast, out var line, out var isTooLong))
        {
            scorer.Add(chunk, lines.Number, line, isTooLong);
        }

        return chunk;
    }

    private async ValueTask Hand(
        HttpContext context, LineChunk chunk, ChannelWriter<LineChunk> chunks, SemaphoreSlim window, CancellationToken ending)
    {
        for (var i = 0; i < chunk.Count; i++)
        {
            await window.WaitAsync(ending);
        }

        await scorer.Submit(context, chunk, ending);
        await chunks.WriteAsync(chunk, ending);
    }

    /// <returns>False when the client left.</returns>
    private async Task<bool> Write(HttpResponse response, ChannelReader<LineChunk> chunks, SemaphoreSlim window, CancellationToken aborted)
    {
        await foreach (var chunk in chunks.ReadAllAsync(aborted))
        {
            try
            {
                await chunk.Write(response.BodyWriter);
            }
            finally
            {
                chunk.Release();
            }

            var flushed = response.BodyWriter.FlushAsync(aborted);
            var result = flushed.IsCompletedSuccessfully
                ? flushed.Result
                : await flushed.AsTask().WaitAsync(options.WriteTimeout, time, aborted);
            if (result.IsCompleted)
            {
                return false;
            }

            window.Release(chunk.Count);
        }

        return true;
    }

    private static void WriteLast(PipeWriter into, Problem problem, long next)
    {
        using (var json = new Utf8JsonWriter(into))
        {
            json.WriteStartObject();
            json.WriteNumber("next_line"u8, next);
            LineChunk.WriteError(json, problem);
            json.WriteEndObject();
        }

        into.Write("\n"u8);
    }

    // Its length has no bound, and its pace is the client's: lines, window and timeouts of ours bound it instead.
    private static void Unbound(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } sending)
        {
            sending.MinDataRate = null;
        }

        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } taking)
        {
            taking.MinDataRate = null;
        }
    }

    private static bool IsLines(ReadOnlySpan<char> type) =>
        type.Equals(Lines, StringComparison.OrdinalIgnoreCase) || type.Equals("application/jsonl", StringComparison.OrdinalIgnoreCase)
        || type.Equals("application/ndjson", StringComparison.OrdinalIgnoreCase);
}
