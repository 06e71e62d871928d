using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Http.Scoring;
using Fraud.Model.Decoding;
using Microsoft.OpenApi;

namespace Fraud.Http.Labels;

/// <summary>A label as it is sent; read by <see cref="LabelReader"/>.</summary>
internal sealed record SentLabel : PaymentIdentity, IExample<SentLabel>
{
    [Description("The payment that it is about, also id."), IdOrNumber(IsNeeded = true), Needed, JsonConverter(typeof(IdConverter)), JsonPropertyOrder(-2)]
    public override string? TransactionId { get; init; }

    [Description("What was found out: true or false, also 1 or 0."), Flag, Needed, JsonConverter(typeof(FlagConverter)), JsonPropertyOrder(-1)]
    public bool? IsFraud { get; init; }

    public static SentLabel Example { get; } = new()
    {
        TransactionId = "order-1001",
        IsFraud = true,
        CardId = "card-17",
        TerminalId = "terminal-4",
        EventTime = new DateTimeOffset(2025, 11, 20, 12, 0, 0, TimeSpan.Zero),
    };

    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TransactionId is null && Id is null)
        {
            yield return new ValidationResult("expected transaction_id", [nameof(TransactionId)]);
        }

        if (IsFraud is null)
        {
            yield return new ValidationResult("expected is_fraud", [nameof(IsFraud)]);
        }

        // A customer is a card here.
        if (CardId is not null && (CustomerId ?? UserId) is not null)
        {
            yield return new ValidationResult("expected each field once", [nameof(CardId)]);
        }

        foreach (var mistake in base.Validate(validationContext))
        {
            yield return mistake;
        }
    }
}

/// <summary>The body of <c>POST /labels</c>.</summary>
[Forms]
internal sealed record LabelList(
    [property: MinLength(1), Most<HttpOptions>(nameof(HttpOptions.MaxBatch))] IReadOnlyList<SentLabel> Labels) : IExample<LabelList>
{
    public static LabelList Example { get; } = new([SentLabel.Example]);
}

/// <summary>What became of labels.</summary>
internal sealed record LabelsStored : IExample<LabelsStored>
{
    [Description("Labels stored."), AtLeast(1), Most<HttpOptions>(nameof(HttpOptions.MaxBatch))]
    public required int Stored { get; init; }

    [Description("Payments that are known as frauds now and were not."), AtLeast(0), Most<HttpOptions>(nameof(HttpOptions.MaxBatch))]
    public required int NewFrauds { get; init; }

    [Description("Payments that were known as frauds and are not any more."), AtLeast(0), Most<HttpOptions>(nameof(HttpOptions.MaxBatch))]
    public required int FraudsTakenBack { get; init; }

    public static LabelsStored Example { get; } = new() { Stored = 2, NewFrauds = 1, FraudsTakenBack = 0 };
}

/// <summary>true, false, 1 or 0.</summary>
internal sealed class FlagConverter : JsonConverter<bool?>
{
    public override bool? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Number when reader.ValueSpan.SequenceEqual("1"u8) => true,
        JsonTokenType.Number when reader.ValueSpan.SequenceEqual("0"u8) => false,
        _ => throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, bool? value, JsonSerializerOptions options) => writer.WriteBooleanValue(value!.Value);
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class FlagAttribute : Attribute, IBound
{
    public void Write(OpenApiSchema schema, IServiceProvider services)
    {
        schema.Type = JsonSchemaType.Boolean | JsonSchemaType.Integer;
        schema.Minimum = "0";
        schema.Maximum = "1";
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LabelList))]
[JsonSerializable(typeof(LabelsStored))]
internal sealed partial class LabelsJson : JsonSerializerContext;
