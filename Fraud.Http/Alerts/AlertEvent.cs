using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Fraud.Http.Cases;
using Fraud.Model.CardNumbers;
using Fraud.Stream.Cases;

namespace Fraud.Http.Alerts;

/// <summary>The data of an alert.</summary>
internal sealed record AlertEvent : FlaggedFields
{
    [SetsRequiredMembers]
    internal AlertEvent(FlaggedPayment payment)
        : base(payment, CardMask.Shorten(payment.CardId)) =>
        // Stays the same when it is sent again, and is that of Kafka's alert.
        AlertId = "alert-" + payment.TransactionId;

    [Description("Tells repeats."), JsonPropertyOrder(-1)]
    public required string AlertId { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AlertEvent))]
internal sealed partial class AlertsJson : JsonSerializerContext;
