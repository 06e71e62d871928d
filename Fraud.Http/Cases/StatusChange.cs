using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Stream.Cases;

namespace Fraud.Http.Cases;

/// <summary>A decision about a flagged payment, as it is sent.</summary>
internal sealed record StatusChange : IExample<StatusChange>
{
    private const string Statuses =
        "^([Nn][Ee][Ww]|[Ii][Nn][Vv][Ee][Ss][Tt][Ii][Gg][Aa][Tt][Ee][Dd]|[Ff][Rr][Aa][Uu][Dd]|[Dd][Ii][Ss][Mm][Ii][Ss][Ss][Ee][Dd])$";

    [Description("NEW, INVESTIGATED, FRAUD or DISMISSED, in upper or lower case. The last two also store a label, which the others take back.")]
    [Required, MaxLength(12), RegularExpression(Statuses), Expected(CaseStatuses.Expected)]
    public string NewStatus { get; init; } = null!;

    [Description("For those who read it later: lines of text without control characters."), Most<CasesOptions>(nameof(CasesOptions.MaxNoteLength))]
    [RegularExpression(@"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"), Expected("a text without control characters")]
    public string? Note { get; init; }

    public static StatusChange Example { get; } = new() { NewStatus = "FRAUD", Note = "the cardholder denies it" };
}

/// <summary>What became of it.</summary>
internal sealed record StatusChanged : IExample<StatusChanged>
{
    [Description("That it was done."), MaxLength(64)]
    public required string Message { get; init; }

    [Description("The payment's id."), IdText]
    public required string TransactionId { get; init; }

    [Description("The status before."), AllowedValues("NEW", "INVESTIGATED", "FRAUD", "DISMISSED")]
    public required string OldStatus { get; init; }

    [Description("The status now."), AllowedValues("NEW", "INVESTIGATED", "FRAUD", "DISMISSED")]
    public required string NewStatus { get; init; }

    [Description("The case's version now; the ETag header has it, too."), AtLeast(1)]
    public required long Version { get; init; }

    public static StatusChanged Example { get; } = new()
    {
        Message = "Transaction status updated",
        TransactionId = "order-1001",
        OldStatus = "NEW",
        NewStatus = "FRAUD",
        Version = 1,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AnomalyPage))]
[JsonSerializable(typeof(AnomalyWithHistory))]
[JsonSerializable(typeof(StatusChange))]
[JsonSerializable(typeof(StatusChanged))]
internal sealed partial class CasesJson : JsonSerializerContext;
