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
    public virtual string? TransactionId { get; init; }

    [Description("A token that stands for the card, also customer_id or user_id. No card numbers: they are refused."), IdOrNumber]
    [JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CardId { get; init; }

    [Description("Where it was paid; left out, a merchant_id stands for it. Beside it a merchant_id is checked and not kept."), IdOrNumber, JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TerminalId { get; init; }

    [Description("When it was paid, also timestamp: ISO 8601 with a zone and a T or a blank in the middle, or seconds or milliseconds since 1970, later than 0; at most Limits:MaxFutureSkew ahead of the clock.")]
    [EventTime, JsonConverter(typeof(EventTimeConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EventTime { get; init; }

    [Alias, JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [Alias, JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CustomerId { get; init; }

    [Alias, JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UserId { get; init; }

    [Alias, JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MerchantId { get; init; }

    [Alias, JsonConverter(typeof(EventTimeConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Timestamp { get; init; }

    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((TransactionId, Id) is (not null, not null) || (CustomerId, UserId) is (not null, not null)
            || (EventTime, Timestamp) is (not null, not null))
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
