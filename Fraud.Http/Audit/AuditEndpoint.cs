using System.Globalization;
using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Fraud.Stream.Audit;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Audit;

/// <summary><c>GET /api/v1/audit?limit&amp;before</c>: who changed what, the newest first, page by page.</summary>
internal sealed class AuditEndpoint(IAuditLog audit) : IEndpoints
{
    // A page of a few hundred kB.
    public const int MaxLimit = 1_000;

    private const int DefaultLimit = 100;

    private static readonly Problem Away = new(503, "Service Unavailable", "The audit log is in the store, which is away.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/audit", List)
            .Needs(Access.Admin).WithName("listAuditEntries").Describe(AuditDescriptions.List);

    private async Task<Results<Ok<AuditPage>, Problem>> List(HttpContext context, string? limit, string? before)
    {
        if (!TryRead(limit, DefaultLimit, MaxLimit, out var most))
        {
            return Wrong("limit", $"a whole number from 1 to {MaxLimit}");
        }

        if (!TryRead(before, long.MaxValue, long.MaxValue, out var end))
        {
            return Wrong("before", "an id of an entry");
        }

        IReadOnlyList<AuditEntry> entries;
        try
        {
            // The store's calls block.
            entries = await Task.Run(() => audit.Read(end, (int)most), context.RequestAborted);
        }
        catch (StoreUnavailableException)
        {
            return Away;
        }

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new AuditPage
        {
            Data = [.. entries.Select(AuditRecord.Of)],
            Count = entries.Count,
            NextBefore = entries.Count == most ? entries[^1].Id : null,
        });
    }

    // Two of a name arrive as one with a comma, which is no number.
    private static bool TryRead(string? given, long byDefault, long max, out long value)
    {
        value = byDefault;
        return given is null
            || (long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= 1 && value <= max);
    }

    private static Problem Wrong(string field, string expected) =>
        new(400, "Bad Request", $"{field}: expected {expected}") { Field = field, Expected = expected };
}
