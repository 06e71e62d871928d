using System.Buffers;
using System.Globalization;
using System.Text;
using Fraud.Http.ApiDocs;
using Fraud.Http.Audit;
using Fraud.Http.Cases;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Fraud.Stream.Cases;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Hosting;

namespace Fraud.Http.Alerts;

/// <summary>
/// <c>GET /api/v1/alerts/stream</c>: alerts of all nodes as server-sent events, in the order of storing. Each is sent at
/// least once, and none is left out, from <c>Last-Event-ID</c> on as long as that is within the retention; without it,
/// from now on.
/// </summary>
internal sealed class AlertStreamEndpoint(
    AlertFeed feed, CaseReads reads, AlertStreamOptions options, IHostApplicationLifetime host, TimeProvider time, ReadLog read) : IEndpoints
{
    private static readonly Problem Full = new(503, "Service Unavailable", "This node has as many alert streams as it may; try another one, or later.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    private static readonly Problem WrongId = new(400, "Bad Request", "Last-Event-ID: expected the id of an event of this stream")
    {
        Field = "Last-Event-ID",
        Expected = "the id of an event of this stream",
    };

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/alerts/stream", (RequestDelegate)Handle)
            .Needs(Access.Analyst).WithName("streamAlerts").Describe(AlertsDescriptions.Stream);

    private async Task Handle(HttpContext context)
    {
        // Browsers cannot set the header on their first call.
        var asked = context.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } header] ? header : context.Request.Query["last_event_id"].ToString();
        long? last = null;
        if (asked.Length > 0)
        {
            if (!long.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                await WrongId.Write(context);
                return;
            }

            last = id;
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            // The head alone: events would never come to an end.
            Head(context.Response);
            return;
        }

        if (!feed.TryEnter())
        {
            await Full.Write(context);
            return;
        }

        try
        {
            var head = await reads.Run(static store => store.AlertHead(), context.RequestAborted);
            var isGone = last is { } from && await IsGone(from, head, context.RequestAborted);
            await Stream(context, isGone ? head : last ?? head, isGone ? last : null);
        }
        catch (StoreUnavailableException) when (!context.Response.HasStarted)
        {
            await CaseReads.Away.Write(context);
        }
        finally
        {
            feed.Leave();
        }
    }

    /// <summary>Whether alerts behind an id may be older than what is promised, or the id is none of this store.</summary>
    private async Task<bool> IsGone(long last, long head, CancellationToken cancellation)
    {
        if (last > head)
        {
            return true;
        }

        var oldest = (time.GetUtcNow() - options.Retention).ToUnixTimeMilliseconds();
        var next = await reads.Run(store => store.ReadAlerts(last, 1), cancellation);
        return next.Alerts is [var first] && first.ScoredAtMs < oldest;
    }

    private static void Head(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // Told to nginx, which would hold events back.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    private async Task Stream(HttpContext context, long cursor, long? gapAfter)
    {
        var response = context.Response;
        Head(response);
        // A quiet or slow client is dealt with here.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
        var client = new AlertClient(feed, reads, cursor);
        try
        {
            Write(response, $"retry: 2000\nid: {cursor}\n\n");
            if (gapAfter is { } after)
            {
                Write(response, $"id: {cursor}\nevent: gap\ndata: {{\"after\":{after},\"continues_after\":{cursor},\"detail\":\"Alerts in between are no longer sent; GET /api/v1/anomalies has them.\"}}\n\n");
            }

            if (await Flush(context))
            {
                await Follow(context, client, ending.Token);
            }
        }
        catch (OperationCanceledException) when (host.ApplicationStopping.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            await End(context, client.Cursor);
        }
        catch (TimeoutException)
        {
            // It takes nothing, so it cannot be told either.
            context.Abort();
        }
    }

    /// <summary>Sends what there is until the client leaves or is too slow.</summary>
    private async Task Follow(HttpContext context, AlertClient client, CancellationToken ending)
    {
        do
        {
            var changed = feed.Window.Changed;
            var isThere = true;
            try
            {
                await client.Read(ending);
            }
            catch (StoreUnavailableException)
            {
                // The stream goes on when the store does; until then it only shows that it is alive.
                isThere = false;
            }

            if (client.Alerts.Count > 0)
            {
                while (!read.TryRecord(context, "alerts streamed", "all", client.Alerts.Count))
                {
                    // The client is as safe as in a quiet minute: it resumes from the last that it got.
                    await Task.Delay(options.PollInterval, time, ending);
                }

                foreach (var alert in client.Alerts)
                {
                    context.Response.BodyWriter.Write(alert.Event);
                }

                continue;
            }

            if (!isThere || !await IsSoon(changed, ending))
            {
                if (!isThere)
                {
                    await Task.Delay(options.PollInterval, time, ending);
                }

                // The id alone moves the client on, so that it resumes from here after a quiet night.
                Write(context.Response, $"id: {client.Cursor}\n: heartbeat\n\n");
            }
        }
        while (await Flush(context));
    }

    private async Task<bool> IsSoon(Task changed, CancellationToken ending)
    {
        await changed.WaitAsync(options.Heartbeat, time, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.ThrowIfCancellationRequested();
        return changed.IsCompleted;
    }

    private async Task End(HttpContext context, long cursor)
    {
        Write(context.Response, $"event: resume\ndata: {{\"reason\":\"stopping\",\"last_event_id\":{cursor},\"detail\":\"Connect again with Last-Event-ID: {cursor}\"}}\n\n");
        await Flush(context);
    }

    private static void Write(HttpResponse response, FormattableString text) =>
        Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture), response.BodyWriter);

    /// <returns>False when the client left.</returns>
    /// <exception cref="TimeoutException">The client takes nothing.</exception>
    private async Task<bool> Flush(HttpContext context)
    {
        var flushed = context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        var result = flushed.IsCompletedSuccessfully
            ? flushed.Result
            : await flushed.AsTask().WaitAsync(options.WriteTimeout, time, context.RequestAborted);
        return !result.IsCompleted;
    }
}
