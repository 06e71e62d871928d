using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Stream.Cases;

namespace Fraud.Http.Cases;

/// <summary>A flagged payment, and how far people are with it.</summary>
internal record Anomaly : FlaggedFields, IExample<Anomaly>
{
    [SetsRequiredMembers]
    internal Anomaly(FlaggedPayment payment, string card)
        : base(payment, card)
    {
        var state = payment.Case;
        Status = state.Status.Name();
        Version = state.Version;
        if (state.Version > 0)
        {
            UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(state.ChangedAtMs);
            UpdatedBy = state.ChangedBy;
            Note = new CaseNote(state.Note);
        }
    }

    [Description("How far people are with it."), AllowedValues("NEW", "INVESTIGATED", "FRAUD", "DISMISSED"), JsonPropertyOrder(1)]
    public required string Status { get; init; }

    [Description("Raised by each change; 0 when there was none."), AtLeast(0), JsonPropertyOrder(1)]
    public required long Version { get; init; }

    [Description("When it was changed last, if ever."), JsonPropertyOrder(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? UpdatedAt { get; init; }

    [Description("Who changed it."), MaxLength(Actor.Longest), JsonPropertyOrder(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UpdatedBy { get; init; }

    [Description("What was noted with the last change; null when nothing was, left out where there was no change."), TextOrNull, MaxLength(CasesOptions.LongestNote)]
    [JsonPropertyOrder(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CaseNote Note { get; init; }

    public static Anomaly Example { get; } = new(Sample, "****d41f");
}

/// <summary>A flagged payment with what people did about it.</summary>
internal sealed record AnomalyWithHistory : Anomaly, IExample<AnomalyWithHistory>
{
    [SetsRequiredMembers]
    internal AnomalyWithHistory(FlaggedPayment payment, string card, IEnumerable<CaseEvent> history)
        : base(payment, card) =>
        History = [.. history.Select(static change => new CaseChange(change))];

    [Description("What people did about it: its last changes."), MaxLength(AnomaliesEndpoint.MostEvents), JsonPropertyOrder(2)]
    public required IReadOnlyList<CaseChange> History { get; init; }

    public static new AnomalyWithHistory Example { get; } = new(Sample, "token-93b1d41f", [CaseChange.Sample]);
}

/// <summary>Something that someone did about a flagged payment.</summary>
internal sealed record CaseChange : IExample<CaseChange>
{
    [SetsRequiredMembers]
    internal CaseChange(CaseEvent change)
    {
        Version = change.Version;
        At = DateTimeOffset.FromUnixTimeMilliseconds(change.AtMs);
        By = change.Actor;
        From = change.From.Name();
        To = change.To.Name();
        Note = change.Note;
    }

    [Description("The case's version that the change made."), AtLeast(1)]
    public required long Version { get; init; }

    [Description("When, in UTC.")]
    public required DateTimeOffset At { get; init; }

    [Description("Who."), MaxLength(Actor.Longest)]
    public required string By { get; init; }

    [Description("The status before."), AllowedValues("NEW", "INVESTIGATED", "FRAUD", "DISMISSED")]
    public required string From { get; init; }

    [Description("The status from then on."), AllowedValues("NEW", "INVESTIGATED", "FRAUD", "DISMISSED")]
    public required string To { get; init; }

    [Description("What was noted."), MaxLength(CasesOptions.LongestNote)]
    public required string? Note { get; init; }

    public static CaseChange Example { get; } = new(Sample);

    internal static CaseEvent Sample => new(
        1, 1_763_640_300_000, "key 3f2a9c11d0b7 (analysts)", CaseStatus.New, CaseStatus.Investigated, "called the cardholder");
}

/// <summary>A page of flagged payments.</summary>
internal sealed record AnomalyPage : IExample<AnomalyPage>
{
    [Description("Flagged payments in the order asked for."), Most<CasesOptions>(nameof(CasesOptions.MaxLimit))]
    public required IReadOnlyList<Anomaly> Data { get; init; }

    [Description("How many are in this page."), AtLeast(0), Most<CasesOptions>(nameof(CasesOptions.MaxLimit))]
    public required int Count { get; init; }

    [Description("How many a page may have."), AtLeast(1), Most<CasesOptions>(nameof(CasesOptions.MaxLimit))]
    public required int Limit { get; init; }

    [Description("Send it as cursor for the next page; null when this is the last. The Link header has it, too."), MaxLength(AnomalyQuery.MaxCursorLength)]
    public required string? NextCursor { get; init; }

    public static AnomalyPage Example { get; } = new() { Data = [Anomaly.Example], Count = 1, Limit = 50, NextCursor = "1763640000000.4711" };
}
