using System.Globalization;
using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Stream.Audit;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Audit;

/// <summary><c>GET /api/v1/audit?limit&amp;before</c>: who changed what, the newest first, page by page.</summary>
internal sealed class AuditEndpoint(IAuditLog audit) : IEndpoints
{
    private const int DefaultLimit = 100;

    // A page of a few hundred kB.
    private const int MaxLimit = 1_000;

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/audit", (RequestDelegate)Handle).Needs(Access.Admin).Describe(AuditDescriptions.List);

    public async Task Handle(HttpContext context)
    {
        if (!TryRead(context, "limit", DefaultLimit, MaxLimit, out var limit))
        {
            await Wrong("limit", $"a whole number from 1 to {MaxLimit}").Write(context);
            return;
        }

        if (!TryRead(context, "before", long.MaxValue, long.MaxValue, out var before))
        {
            await Wrong("before", "an id of an entry").Write(context);
            return;
        }

        IReadOnlyList<AuditEntry> entries;
        try
        {
            // The store's calls block.
            entries = await Task.Run(() => audit.Read(before, (int)limit), context.RequestAborted);
        }
        catch (StoreUnavailableException)
        {
            await new Problem(503, "The store is away", "The audit log is in the store.") { RetryAfter = TimeSpan.FromSeconds(1) }.Write(context);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.Write(context, (entries, limit), static (json, page) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var entry in page.entries)
            {
                json.WriteStartObject();
                json.WriteNumber("id", entry.Id);
                json.WriteString("at", DateTimeOffset.FromUnixTimeMilliseconds(entry.AtMs));
                json.WriteString("actor", entry.Actor);
                json.WriteString("action", entry.Action);
                json.WriteString("subject", entry.Subject);
                json.WriteString("outcome", entry.Outcome);
                json.WriteString("detail", entry.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("count", page.entries.Count);
            if (page.entries.Count == page.limit)
            {
                json.WriteNumber("next_before", page.entries[^1].Id);
            }
            else
            {
                json.WriteNull("next_before");
            }

            json.WriteEndObject();
        });
    }

    private static bool TryRead(HttpContext context, string name, long byDefault, long max, out long value)
    {
        value = byDefault;
        var given = context.Request.Query[name];
        return given.Count == 0
            || (given.Count == 1 && long.TryParse(given[0], NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= 1 && value <= max);
    }

    private static Problem Wrong(string field, string expected) =>
        new(400, "A parameter is wrong", $"{field}: expected {expected}") { Field = field, Expected = expected };
}
