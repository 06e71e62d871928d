using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model;
using Fraud.Model.Decoding;

namespace Fraud.Http.Scoring;

/// <summary>A payment as it is sent; read by <see cref="TransactionReader"/>.</summary>
internal sealed record PaymentRequest : PaymentIdentity, IExample<PaymentRequest>
{
    [Description("Your id of the payment, also id; one is made when it is left out. A repeated one gets the stored answer."), IdOrNumber]
    [JsonConverter(typeof(IdConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public override string? TransactionId { get; init; }

    [Description("In the currency's main unit, with no more decimals than it has; at most Limits:MaxAmountMinor minor units."), Amount, Needed]
    [JsonConverter(typeof(AmountConverter)), JsonPropertyOrder(1)]
    public decimal? Amount { get; init; }

    [Description("ISO 4217; left out: as configured."), RegularExpression("^[A-Z]{3}$"), StringLength(3, MinimumLength = 3)]
    [JsonPropertyOrder(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Currency { get; init; }

    [Description("Through which channel it came."), SourceText, JsonConverter(typeof(SourceConverter)), JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source { get; init; }

    /// <summary>What a model of card features takes beside or in place of the rest.</summary>
    [Alias, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<float>? Features { get; init; }

    /// <summary>The features by name, and what is not known.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    public static PaymentRequest Example { get; } = new()
    {
        TransactionId = "order-1001",
        CardId = "card-17",
        TerminalId = "terminal-4",
        Amount = 149.90m,
        Currency = "EUR",
        EventTime = new DateTimeOffset(2025, 11, 20, 12, 0, 0, TimeSpan.Zero),
        Source = "online",
    };

    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var columns = (Others ?? [])
            .Where(static other => other.Value.ValueKind != JsonValueKind.Null && PayloadColumns.IndexOf(Encoding.UTF8.GetBytes(other.Key)) >= 0)
            .ToList();
        if (columns.Count is not (0 or Transaction.PayloadFeatures) || !columns.All(static column => IsFinite(column.Value)))
        {
            yield return new ValidationResult("expected all of Time, V1 to V28, Amount", [nameof(Features)]);
        }

        if (Features is not null && (Features.Count != Transaction.PayloadFeatures || !Features.All(float.IsFinite)))
        {
            yield return new ValidationResult("expected 30 finite numbers", [nameof(Features)]);
        }

        if (Amount is null && Features is null && columns.Count == 0)
        {
            yield return new ValidationResult("expected an amount", [nameof(Amount)]);
        }

        if (Amount is { } amount && !Fits(amount))
        {
            yield return new ValidationResult("expected an amount of the currency", [nameof(Amount)]);
        }

        foreach (var mistake in base.Validate(validationContext))
        {
            yield return mistake;
        }
    }

    private bool Fits(decimal amount)
    {
        var limits = new TransactionLimits();
        return Fraud.Model.Currency.TryParse(Encoding.UTF8.GetBytes(Currency ?? limits.DefaultCurrency), out var currency)
            && amount <= (decimal)limits.MaxAmountMinor / currency.MinorUnits
            && decimal.IsInteger(amount * currency.MinorUnits);
    }

    private static bool IsFinite(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number);
}

/// <summary>What <c>POST /predict</c> takes.</summary>
[Forms]
internal sealed record PredictRequest(PaymentRequest Payment, FeatureList Features, NamedFeatures Named) : IExample<PredictRequest>
{
    public static PredictRequest Example { get; } = new(PaymentRequest.Example, FeatureList.Example, NamedFeatures.Example);
}

/// <summary>The inputs of a model that takes card features, in order.</summary>
internal sealed record FeatureList : IExample<FeatureList>
{
    [Description("The 30 numbers Time, V1 to V28, Amount, in this order. For models that take them; others answer 422.")]
    [Length(Transaction.PayloadFeatures, Transaction.PayloadFeatures), Items(Minimum = float.MinValue, Maximum = float.MaxValue)]
    public required IReadOnlyList<float> Features { get; init; }

    public static FeatureList Example { get; } = new()
    {
        Features =
        [
            0, -1.36f, -0.07f, 2.54f, 1.38f, -0.34f, 0.46f, 0.24f, 0.1f, 0.36f, 0.09f, -0.55f, -0.62f, -0.99f, -0.31f, 1.47f, -0.47f, 0.21f, 0.03f,
            0.4f, 0.25f, -0.02f, 0.28f, -0.11f, 0.07f, 0.13f, -0.19f, 0.13f, -0.02f, 149.62f,
        ],
    };
}
