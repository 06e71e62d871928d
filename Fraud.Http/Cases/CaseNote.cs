using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Microsoft.OpenApi;

namespace Fraud.Http.Cases;

/// <summary>What was noted with a change: perhaps nothing, which is told as null. Left out of the JSON where there was no change.</summary>
[JsonConverter(typeof(CaseNoteConverter))]
internal readonly record struct CaseNote
{
    public CaseNote(string? text)
    {
        IsThere = true;
        Text = text;
    }

    public bool IsThere { get; }

    public string? Text { get; }
}

internal sealed class CaseNoteConverter : JsonConverter<CaseNote>
{
    public override CaseNote Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString());

    public override void Write(Utf8JsonWriter writer, CaseNote value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}

/// <summary>A text or null, where the type's converter hides it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TextOrNullAttribute : Attribute, IBound
{
    public void Write(OpenApiSchema schema, IServiceProvider services) => schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
}
