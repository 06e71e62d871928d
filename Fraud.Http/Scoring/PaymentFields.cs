using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model;
using Fraud.Model.Decoding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Fraud.Http.Scoring;

/// <summary>An id: a text or a whole number.</summary>
internal sealed class IdConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var id = default(ShortText);
        return FieldReaders.TryReadId(ref reader, ShortText.Capacity, ref id) ? id.ToString() : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>A time as <see cref="Times"/> has it.</summary>
internal sealed class EventTimeConverter : JsonConverter<DateTimeOffset?>
{
    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Times.TryRead(ref reader, out var unixMs) ? DateTimeOffset.FromUnixTimeMilliseconds(unixMs) : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value!.Value.UtcDateTime);
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class IdOrNumberAttribute : Attribute, IBound
{
    /// <summary>False: null is as good as leaving it out.</summary>
    public bool IsNeeded { get; init; }

    public void Write(OpenApiSchema schema, IServiceProvider services)
    {
        const JsonSchemaType idOrNumber = JsonSchemaType.String | JsonSchemaType.Integer;
        schema.Type = IsNeeded ? idOrNumber : idOrNumber | JsonSchemaType.Null;
        schema.Minimum = "0";
        schema.MinLength = 1;
        // Bytes of UTF-8: a text of as many characters may have more.
        schema.MaxLength = services.GetRequiredService<TransactionLimits>().MaxIdLength;
        schema.Pattern = IdTextAttribute.Pattern;
    }
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class EventTimeAttribute : Attribute, IBound
{
    // Of the latest time there is.
    private const string Latest = "253402300799999";

    public void Write(OpenApiSchema schema, IServiceProvider services)
    {
        schema.Type = JsonSchemaType.String | JsonSchemaType.Number | JsonSchemaType.Null;
        schema.Format = null;
        // A thousandth of a second.
        schema.Minimum = "0.001";
        schema.Maximum = Latest;
        schema.MinLength = "2025-11-20T12:00Z".Length;
        schema.MaxLength = 64;
    }
}
