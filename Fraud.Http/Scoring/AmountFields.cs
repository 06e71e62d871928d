using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model;
using Fraud.Model.Decoding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Fraud.Http.Scoring;

/// <summary>A number of at least 0, exactly.</summary>
internal sealed class AmountConverter : JsonConverter<decimal?>
{
    public override decimal? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        FieldReaders.TryReadDecimal(ref reader, out var amount) && amount >= 0 ? amount : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, decimal? value, JsonSerializerOptions options) => writer.WriteNumberValue(value!.Value);
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class AmountAttribute : Attribute, IBound
{
    public void Write(OpenApiSchema schema, IServiceProvider services)
    {
        schema.Type = JsonSchemaType.Number;
        schema.Minimum = "0";
        // Of a currency without decimals; of others a part of it.
        schema.Maximum = services.GetRequiredService<TransactionLimits>().MaxAmountMinor.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>A text without control characters, perhaps empty.</summary>
internal sealed class SourceConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = default(ShortText);
        return FieldReaders.TryReadText(ref reader, ShortText.Capacity, ref text) ? text.ToString() : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class SourceTextAttribute : Attribute, IBound
{
    public void Write(OpenApiSchema schema, IServiceProvider services)
    {
        schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
        schema.MaxLength = services.GetRequiredService<TransactionLimits>().MaxIdLength;
        schema.Pattern = @"^[^\u0000-\u001f\u007f]*$";
    }
}

/// <summary>A number that four bytes hold.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SingleNumberAttribute : Attribute, IBound
{
    public void Write(OpenApiSchema schema, IServiceProvider services)
    {
        schema.Minimum = float.MinValue.ToString(CultureInfo.InvariantCulture);
        schema.Maximum = float.MaxValue.ToString(CultureInfo.InvariantCulture);
    }
}
