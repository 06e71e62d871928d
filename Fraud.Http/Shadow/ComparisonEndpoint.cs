using System.Globalization;
using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Cases;
using Fraud.Http.Problems;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Shadow;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Shadow;

/// <summary><c>GET /api/v1/models/comparison?since&amp;settled_days</c>: shadows and challengers against the model in service, of all nodes.</summary>
internal sealed class ComparisonEndpoint(IFraudStore store, GraphStatus graph, TimeProvider time) : IEndpoints
{
    private const int MaxDays = 3_650;

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/models/comparison", (RequestDelegate)Handle).Needs(Access.Analyst).Describe(ShadowDescriptions.Comparison);

    public async Task Handle(HttpContext context)
    {
        var query = context.Request.Query;
        DateTimeOffset? since = null;
        if (query["since"] is { Count: > 0 } from)
        {
            if (!DateTimeOffset.TryParse(from, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
                || moment < DateTimeOffset.UnixEpoch)
            {
                await Wrong("since", "a date or time such as 2025-11-20T12:00:00Z").Write(context);
                return;
            }

            since = moment;
        }

        TimeSpan? settled = null;
        if (query["settled_days"] is { Count: > 0 } days)
        {
            if (!int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MaxDays)
            {
                await Wrong("settled_days", $"a whole number from 0 to {MaxDays}").Write(context);
                return;
            }

            settled = TimeSpan.FromDays(number);
        }

        if (graph.State is GraphState.Starting)
        {
            await CaseReads.Away.Write(context);
            return;
        }

        ComparisonReport report;
        try
        {
            // The store's calls block.
            report = await Task.Run(() => ComparisonReport.Read(store.Shadows, time.GetUtcNow(), since, settled), context.RequestAborted);
        }
        catch (StoreUnavailableException)
        {
            await CaseReads.Away.Write(context);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.Write(context, report, static (json, report) => JsonSerializer.Serialize(json, report, ComparisonReport.Json));
    }

    private static Problem Wrong(string field, string expected) =>
        new(400, "A parameter is wrong", $"{field}: expected {expected}") { Field = field, Expected = expected };
}
