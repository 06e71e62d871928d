using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Fraud.Http.ApiDocs;
using Fraud.Model;
using Fraud.Model.Reasons;
using Fraud.Model.Registry;
using Fraud.Stream.Cases;
using Fraud.Stream.Scoring;

namespace Fraud.Http.Cases;

/// <summary>A flagged payment as it is told of everywhere, without what people did about it.</summary>
internal abstract record FlaggedFields
{
    /// <param name="card">What is shown of its card.</param>
    [SetsRequiredMembers]
    private protected FlaggedFields(FlaggedPayment payment, string card)
    {
        TransactionId = payment.TransactionId;
        CardId = card;
        TerminalId = payment.TerminalId;
        Amount = (decimal)payment.AmountMinor / MinorUnitsOf(payment.Currency);
        Currency = payment.Currency;
        EventTime = Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(payment.EventTimeMs);
        Source = payment.Source;
        FraudScore = MlAnomalyScore = payment.Score;
        IsAnomaly = payment.Decision != Fraud.Model.Decision.Approve;
        Decision = payment.Decision switch
        {
            Fraud.Model.Decision.Approve => "approve",
            Fraud.Model.Decision.Review => "review",
            _ => "block",
        };
        Reasons = payment.Reasons;
        Model = payment.Model;
        ModelVersion = payment.ModelVersion;
        ScoredAt = DateTimeOffset.FromUnixTimeMilliseconds(payment.ScoredAtMs);
    }

    [Description("The payment's id."), IdText]
    public required string TransactionId { get; init; }

    [Description("The payment's card: in lists and streams masked, of one payment what stands for it; a card number is masked there, too."), MaxLength(ShortText.Capacity)]
    public required string CardId { get; init; }

    [Description("Where it was paid; may be empty."), MaxLength(ShortText.Capacity)]
    public required string TerminalId { get; init; }

    [Description("In the currency's main unit."), AtLeast(0)]
    public required decimal Amount { get; init; }

    [Description("ISO 4217."), MaxLength(3)]
    public required string Currency { get; init; }

    [Description("When it was paid, in UTC.")]
    public required DateTimeOffset EventTime { get; init; }

    // The name that the references' clients read; so is ml_anomaly_score.
    [Description("The same.")]
    public required DateTimeOffset Timestamp { get; init; }

    [Description("Through which channel it came; may be empty."), MaxLength(ShortText.Capacity)]
    public required string Source { get; init; }

    [Description("From 0, legitimate, to 1, fraud."), Range(0.0, 1.0)]
    public required float FraudScore { get; init; }

    [Description("The same."), Range(0.0, 1.0)]
    public required float MlAnomalyScore { get; init; }

    [Description("Whether it was flagged: always true in lists and streams.")]
    public required bool IsAnomaly { get; init; }

    [Description("What was to be done with it; approve only of a payment that was asked for by its id."), AllowedValues("approve", "review", "block")]
    public required string Decision { get; init; }

    [Description("What weighed most."), MaxLength(ScoringOptions.MostReasons), Items(MaxLength = ReasonFinder.MaxLength)]
    public required IReadOnlyList<string> Reasons { get; init; }

    [Description("The model that scored it."), Length(1, ModelManifest.MaxNameLength)]
    public required string Model { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    public required string ModelVersion { get; init; }

    [Description("When it was scored, in UTC.")]
    public required DateTimeOffset ScoredAt { get; init; }

    /// <summary>One to show.</summary>
    private protected static FlaggedPayment Sample { get; } = new(
        4_711, "order-1001", "token-93b1d41f", "terminal-4", 95_050, "EUR", 1_763_640_000_000, "online", 0.8731f, Fraud.Model.Decision.Block,
        ["amount is unusually high for this card"], "payments", "1", 1_763_640_000_125,
        new CaseState(CaseStatus.Investigated, 1, 1_763_640_300_000, "key 3f2a9c11d0b7 (analysts)", "called the cardholder"));

    private static int MinorUnitsOf(string currency)
    {
        Span<byte> letters = stackalloc byte[8];
        return currency.Length == 3 && Encoding.UTF8.TryGetBytes(currency, letters, out var length)
            && Fraud.Model.Currency.TryParse(letters[..length], out var parsed) ? parsed.MinorUnits : 1;
    }
}
