using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Stream.Cases;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Cases;

/// <summary>
/// <c>GET /api/v1/anomalies</c>: flagged payments in order, page by page; and one of them with what was done about
/// it. Lists mask cards; the single payment has the token that stands for its card, never a card number.
/// </summary>
internal sealed class AnomaliesEndpoint(CaseReads reads, AnomalyQuery queries) : IEndpoints
{
    // What a person reads of the past; the rest is in the table case_events.
    private const int MostEvents = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/anomalies", (RequestDelegate)List).Needs(Access.Analyst).Describe(CasesDescriptions.List);
        routes.MapGet(CaseAddress.ByPath, (RequestDelegate)Get).Needs(Access.Analyst).Describe(CasesDescriptions.Get);
        routes.MapGet(CaseAddress.ByQuery, (RequestDelegate)Get).Needs(Access.Analyst).Describe(CasesDescriptions.GetByQuery);
    }

    private async Task List(HttpContext context)
    {
        if (queries.TryRead(context.Request.Query, out var query) is { } wrong)
        {
            await wrong.Write(context);
            return;
        }

        try
        {
            // One more than asked for says whether there is a next page.
            var rows = await reads.Run(store => store.List(query with { Limit = query.Limit + 1 }), context.RequestAborted);
            var page = rows.Take(query.Limit).ToList();
            var next = rows.Count > query.Limit ? AnomalyQuery.CursorAfter(page[^1], query.Order) : null;
            if (next is not null)
            {
                context.Response.Headers.Link = $"<{LinkTo(context.Request, next)}>; rel=\"next\"";
            }

            context.Response.Headers.CacheControl = "no-store";
            await JsonAnswer.Write(context, (page, next, query.Limit), static (json, state) =>
            {
                json.WriteStartObject();
                json.WriteStartArray("data"u8);
                foreach (var payment in state.page)
                {
                    AnomalyJson.Write(json, payment, CardMask.Of(payment.CardId));
                }

                json.WriteEndArray();
                json.WriteNumber("count"u8, state.page.Count);
                json.WriteNumber("limit"u8, state.Limit);
                json.WriteString("next_cursor"u8, state.next);
                json.WriteEndObject();
            });
        }
        catch (StoreUnavailableException)
        {
            await CaseReads.Away.Write(context);
        }
    }

    private async Task Get(HttpContext context)
    {
        if (CaseAddress.Read(context, out var named) is { } wrong)
        {
            await wrong.Write(context);
            return;
        }

        var id = named.ToString();
        try
        {
            var (payment, events) = await reads.Run(
                store => store.Find(id) is { } found
                    ? (found, found.Case.Version == 0 ? [] : store.Events(id, MostEvents))
                    : ((FlaggedPayment?)null, (IReadOnlyList<CaseEvent>)[]),
                context.RequestAborted);
            if (payment is null)
            {
                await CaseAddress.NotFound.Write(context);
                return;
            }

            var tag = EntityTag.Of(payment.Case.Version);
            context.Response.Headers.ETag = tag;
            context.Response.Headers.CacheControl = "no-cache";
            if (context.Request.Headers.IfNoneMatch.Contains(tag))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            await JsonAnswer.Write(context, (payment, events), static (json, state) => Write(json, state.payment, state.events));
        }
        catch (StoreUnavailableException)
        {
            await CaseReads.Away.Write(context);
        }
    }

    private static void Write(Utf8JsonWriter json, FlaggedPayment payment, IReadOnlyList<CaseEvent> events)
    {
        json.WriteStartObject();
        AnomalyJson.WriteFields(json, payment, CardMask.OfNumbers(payment.CardId));
        AnomalyJson.WriteCase(json, payment.Case);
        json.WriteStartArray("history"u8);
        foreach (var change in events)
        {
            AnomalyJson.WriteEvent(json, change);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Relative to the service: behind a proxy nobody here knows the address that the caller used.
    private static string LinkTo(HttpRequest request, string cursor)
    {
        var query = new QueryBuilder(request.Query
            .Where(static parameter => parameter.Key is not ("cursor" or "offset"))
            .SelectMany(static parameter => parameter.Value.Select(value => KeyValuePair.Create(parameter.Key, value ?? ""))))
        {
            { "cursor", cursor },
        };
        return request.PathBase + request.Path + query.ToQueryString();
    }
}
