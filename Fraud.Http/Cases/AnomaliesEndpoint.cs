using Fraud.Http.ApiDocs;
using Fraud.Http.Audit;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Fraud.Model.CardNumbers;
using Fraud.Stream.Cases;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Cases;

/// <summary>
/// <c>GET /api/v1/anomalies</c>: flagged payments in order, page by page; and any payment by its id,
/// approved ones too, with what was done about it. Lists mask cards; the single payment has the token that stands for its card,
/// never a card number.
/// </summary>
internal sealed class AnomaliesEndpoint(CaseReads reads, RowsToCome rows, AnomalyQuery queries, CardNumberGuard cards, ReadLog read) : IEndpoints
{
    // What a person reads of the past; the rest is in the table case_events.
    public const int MostEvents = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/anomalies", (Delegate)List)
            .Needs(Access.Analyst).WithName("listAnomalies").Describe(CasesDescriptions.List);
        routes.MapGet(CaseAddress.ByPath, (Delegate)Get)
            .Needs(Access.Analyst).WithName("getAnomaly").Describe(CasesDescriptions.Get);
        routes.MapGet(CaseAddress.ByQuery, (Delegate)Get)
            .Needs(Access.Analyst).WithName("getAnomalyByQuery").Describe(CasesDescriptions.GetByQuery);
    }

    private async Task<Results<Ok<AnomalyPage>, Problem>> List(HttpContext context)
    {
        if (queries.TryRead(context.Request.Query, out var query) is { } wrong)
        {
            return wrong;
        }

        IReadOnlyList<FlaggedPayment> rows;
        try
        {
            // One more than asked for says whether there is a next page.
            rows = await reads.Run(store => store.List(query with { Limit = query.Limit + 1 }), context.RequestAborted);
        }
        catch (StoreUnavailableException)
        {
            return CaseReads.Away;
        }

        var page = rows.Take(query.Limit).ToList();
        if (!read.TryRecord(context, "flagged payments listed", AnomalyQuery.Words(query), page.Count))
        {
            return ReadLog.Full;
        }

        var next = rows.Count > query.Limit ? AnomalyQuery.CursorAfter(page[^1], query.Order) : null;
        if (next is not null)
        {
            context.Response.Headers.Link = $"<{LinkTo(context.Request, next)}>; rel=\"next\"";
        }

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new AnomalyPage
        {
            Data = [.. page.Select(static payment => new Anomaly(payment, CardMask.Shorten(payment.CardId)))],
            Count = page.Count,
            Limit = query.Limit,
            NextCursor = next,
        });
    }

    private async Task<Results<Ok<AnomalyWithHistory>, StatusCodeHttpResult, Problem>> Get(HttpContext context)
    {
        if (CaseAddress.Read(context, cards, out var named) is { } wrong)
        {
            return wrong;
        }

        var id = named.ToString();
        FlaggedPayment? payment;
        IReadOnlyList<CaseEvent> events;
        try
        {
            (payment, events) = await rows.Find(
                named,
                () => reads.Run(
                    store => store.Find(id) is { } found
                        ? (found, found.Case.Version == 0 ? [] : store.Events(id, MostEvents))
                        : ((FlaggedPayment?)null, (IReadOnlyList<CaseEvent>)[]),
                    context.RequestAborted),
                static answer => answer.Item1 is not null,
                context.RequestAborted);
        }
        catch (RowRefusedException)
        {
            return CaseReads.Refused;
        }
        catch (StoreUnavailableException)
        {
            return CaseReads.Away;
        }

        if (payment is null)
        {
            return CaseAddress.NotStored;
        }

        if (!read.TryRecord(context, "flagged payment read", id, 1))
        {
            return ReadLog.Full;
        }

        context.Response.Headers.ETag = EntityTag.Of(payment.Case.Version);
        context.Response.Headers.CacheControl = "no-cache";
        return EntityTag.IsKnown(context.Request.Headers.IfNoneMatch, payment.Case.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(new AnomalyWithHistory(payment, CardMask.Apply(payment.CardId), events));
    }

    // Relative to the service: behind a proxy the address that the caller used is not known here.
    private static string LinkTo(HttpRequest request, string cursor)
    {
        var query = new QueryBuilder(request.Query
            .Where(static parameter => parameter.Key is "limit" or "sort" or "min_score" or "status" or "from" or "to")
            .SelectMany(static parameter => parameter.Value.Select(value => KeyValuePair.Create(parameter.Key, value ?? ""))))
        {
            { "cursor", cursor },
        };
        return request.PathBase + request.Path + query.ToQueryString();
    }
}
