using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Stream.Audit;

namespace Fraud.Http.Audit;

/// <summary>The answer of <c>GET /api/v1/audit</c>.</summary>
internal sealed record AuditPage : IExample<AuditPage>
{
    [Description("Entries, the newest first."), MaxLength(AuditEndpoint.MaxLimit)]
    public required IReadOnlyList<AuditRecord> Data { get; init; }

    [Description("How many are in this page."), Range(0, AuditEndpoint.MaxLimit)]
    public required int Count { get; init; }

    [Description("Send it as before for the next page; null when this is the last."), AtLeast(1)]
    public required long? NextBefore { get; init; }

    public static AuditPage Example { get; } = new() { Data = [AuditRecord.Example], Count = 1, NextBefore = 42 };
}

/// <summary>Something that someone changed.</summary>
internal sealed record AuditRecord : IExample<AuditRecord>
{
    [Description("The entry's id; newer ones are higher."), AtLeast(1)]
    public required long Id { get; init; }

    [Description("When, in UTC.")]
    public required DateTimeOffset At { get; init; }

    [Description("Who."), MaxLength(AuditEntry.MaxField)]
    public required string Actor { get; init; }

    [Description("What was done."), MaxLength(AuditEntry.MaxField)]
    public required string Action { get; init; }

    [Description("To what, by its id."), MaxLength(AuditEntry.MaxField)]
    public required string Subject { get; init; }

    [Description("done, or why not."), MaxLength(AuditEntry.MaxField)]
    public required string Outcome { get; init; }

    [Description("More about it; may be empty."), MaxLength(AuditEntry.MaxDetail)]
    public required string Detail { get; init; }

    public static AuditRecord Of(AuditEntry entry) => new()
    {
        Id = entry.Id,
        At = DateTimeOffset.FromUnixTimeMilliseconds(entry.AtMs),
        Actor = entry.Actor,
        Action = entry.Action,
        Subject = entry.Subject,
        Outcome = entry.Outcome,
        Detail = entry.Detail,
    };

    public static AuditRecord Example { get; } = new()
    {
        Id = 42,
        At = new DateTimeOffset(2025, 11, 20, 12, 5, 0, TimeSpan.Zero),
        Actor = "key 3f2a9c11d0b7 (analysts)",
        Action = "Transaction status updated",
        Subject = "order-1001",
        Outcome = "done",
        Detail = "from NEW to FRAUD",
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AuditPage))]
internal sealed partial class AuditJson : JsonSerializerContext;
