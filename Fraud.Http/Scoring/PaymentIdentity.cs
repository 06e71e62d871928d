using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;

namespace Fraud.Http.Scoring;

/// <summary>
/// What says which payment is meant, as <c>POST /predict</c> and <c>POST /labels</c> take it. For the document: bodies are read
/// by <see cref="TransactionReader"/> and <see cref="LabelReader"/> without a type between, and a test holds both to the same.
/// </summary>
internal abstract record PaymentIdentity : IValidatableObject
{
    [Description("Your id of the payment, also id."), IdOrNumber, JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public virtual string TransactionId { get; init; } = null!;

    [Description("A token that stands for the card, also customer_id or user_id. No card numbers: they are refused."), IdOrNumber]
    [JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string CardId { get; init; } = null!;

    [Description("Where it was paid, also merchant_id."), IdOrNumber, JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string TerminalId { get; init; } = null!;

    [Description("When it was paid, also timestamp: ISO 8601 with a zone, or seconds or milliseconds since 1970; at most Limits:MaxFutureSkew ahead of the clock.")]
    [EventTime, JsonConverter(typeof(EventTimeConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EventTime { get; init; }

    [Alias, JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string Id { get; init; } = null!;

    [Alias, JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string CustomerId { get; init; } = null!;

    [Alias, JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string UserId { get; init; } = null!;

    [Alias, JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string MerchantId { get; init; } = null!;

    [Alias, JsonConverter(typeof(EventTimeConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Timestamp { get; init; }

    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((TransactionId, Id) is (not null, not null) || (CustomerId, UserId) is (not null, not null)
            || (TerminalId, MerchantId) is (not null, not null) || (EventTime, Timestamp) is (not null, not null))
        {
            yield return new ValidationResult("expected each field once", [nameof(TransactionId)]);
        }

        foreach (var card in new[] { CardId, CustomerId, UserId })
        {
            if (card is not null && CardNumberDetector.IsCardNumber(Encoding.UTF8.GetBytes(card)))
            {
                yield return new ValidationResult("expected a token that stands for the card", [nameof(CardId)]);
            }
        }

        if ((EventTime ?? Timestamp) > TimeProvider.System.GetUtcNow() + new TransactionLimits().MaxFutureSkew)
        {
            yield return new ValidationResult("expected a time not far ahead of the clock", [nameof(EventTime)]);
        }
    }
}
