using Fraud.Http.ApiDocs;
using Fraud.Model;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Cases;

/// <summary>Flagged payments as the OpenAPI document tells of them.</summary>
internal static class CasesDescriptions
{
    public const string Tag = "Flagged payments";

    private const string TimeForms = "a date (midnight UTC), ISO 8601 with a zone, or seconds or milliseconds since 1970";

    private static readonly ApiParameter Id = new("transaction_id", "path", "A payment that was reviewed or blocked.", "order-1001")
    {
        MinLength = 1,
        MaxLength = ShortText.Capacity,
        Pattern = @"^[^\u0000]+$",
    };

    private static readonly ApiParameter AnyId = Id with { In = "query", IsRequired = true };

    private static readonly ApiParameter Match = new(
        "If-Match", "header", "The ETag of the case as you read it: 412 when someone changed it since. With Cases:RequireIfMatch 428 without it.", "\"v1\"")
    {
        MaxLength = 200,
        IsRare = true,
    };

    public static ApiDescription List { get; } = new(Tag, "Flagged payments")
    {
        Detail =
            "Payments that were reviewed or blocked, latest event time first unless sort says otherwise, page by page. Cards are masked. Page by cursor: "
            + "payments that arrive meanwhile do not shift it.",
        Parameters =
        [
            new ApiParameter("limit", "query", "How many a page may have; at most Cases:MaxLimit.", "50")
            {
                Type = "integer",
                Minimum = 1,
                MaximumFrom = static services => services.GetRequiredService<CasesOptions>().MaxLimit,
            },
            new ApiParameter(
                "sort", "query", "What comes first: time (the latest), score or amount (the highest; in minor units, whatever the currency). "
                + "Only time has an index; for the others all that the filters leave is read.", "score")
            {
                Values = ["time", "score", "amount"],
                IsRare = true,
            },
            new ApiParameter("cursor", "query", "next_cursor of the page before, with the same sort.", "1763640000000.4711")
            {
                MaxLength = AnomalyQuery.MaxCursorLength,
                IsRare = true,
            },
            new ApiParameter("offset", "query", "How many to pass over, at most Cases:MaxOffset; new payments shift it.", "0")
            {
                Type = "integer",
                Minimum = 0,
                MaximumFrom = static services => services.GetRequiredService<CasesOptions>().MaxOffset,
                IsRare = true,
            },
            new ApiParameter("min_score", "query", "Least score.", "0.5") { Type = "number", Minimum = 0, Maximum = 1, IsRare = true },
            new ApiParameter("status", "query", "Only those of this status, in upper or lower case.", "NEW") { MaxLength = 12, IsRare = true },
            new ApiParameter("from", "query", $"Earliest event time: {TimeForms}.", "2025-11-20T00:00:00Z") { MaxLength = 64, IsRare = true },
            new ApiParameter("to", "query", "First event time that is too late, in the same forms.", "2025-11-21T00:00:00Z") { MaxLength = 64, IsRare = true },
        ],
        Answers = [new ApiAnswer(200, "A page.")],
        Problems = [400, 503],
    };

    public static ApiDescription Get { get; } = new(Tag, "A payment and its history")
    {
        Detail = "Any payment that is kept, approved ones too, with the token that stands for its card (a card number is masked) and what was done about it.",
        Parameters =
        [
            Id with { Description = "The payment's id." },
            new ApiParameter("If-None-Match", "header", "The ETag of what you have: 304 when that is all there is.", "\"v1\"") { MaxLength = 200, IsRare = true },
        ],
        Answers = [new ApiAnswer(200, "The payment. The ETag header has the case's version."), new ApiAnswer(304, "You have it.")],
        Problems = [404, 503],
    };

    public static ApiDescription GetByQuery { get; } = Get with
    {
        Summary = "A flagged payment by any id",
        Detail = "The same, for ids that no path can carry: \"..\", or one with slashes behind a proxy that changes them.",
        Parameters = [AnyId, .. Get.Parameters.Skip(1)],
        Problems = [400, .. Get.Problems],
    };

    public static ApiDescription Update { get; } = new(Tag, "Change a case's status")
    {
        Detail =
            "Stores a decision about a flagged payment, the record of who made it, and a label where it says whether it was a "
            + "fraud; all or nothing.",
        Parameters = [Id, Match],
        Bodies = [ApiBody.Json<StatusChange>()],
        Answers = [new ApiAnswer(200, "It is stored.")],
        Problems = [400, 404, 408, 412, 413, 415, 428, 503],
        ExampleStatus = 404,
    };

    public static ApiDescription UpdateByQuery { get; } = Update with
    {
        Summary = "Change a case's status by any id",
        Detail = "The same, for ids that no path can carry: \"..\", or one with slashes behind a proxy that changes them.",
        Parameters = [AnyId, Match],
    };
}
