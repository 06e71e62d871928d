using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fraud.Model.Drift;

/// <summary>Numbers on one line: a manifest with thousands of them stays readable.</summary>
internal sealed class OneLineNumbers : JsonConverter<IReadOnlyList<float>>
{
    public override IReadOnlyList<float> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var numbers = new List<float>();
        while (OneLineCounts.NextInArray(ref reader, JsonTokenType.Number))
        {
            numbers.Add(reader.GetSingle());
        }

        return numbers;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<float> value, JsonSerializerOptions options) =>
        writer.WriteRawValue($"[{string.Join(',', value.Select(static number => number.ToString("R", CultureInfo.InvariantCulture)))}]");
}

/// <summary>A list of counts a line.</summary>
internal sealed class OneLineCounts : JsonConverter<IReadOnlyList<IReadOnlyList<long>>>
{
    public override IReadOnlyList<IReadOnlyList<long>> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var lines = new List<IReadOnlyList<long>>();
        while (NextInArray(ref reader, JsonTokenType.StartArray))
        {
            var line = new List<long>();
            while (NextInArray(ref reader, JsonTokenType.Number))
            {
                line.Add(reader.GetInt64());
            }

            lines.Add(line);
        }

        return lines;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<IReadOnlyList<long>> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var line in value)
        {
            // Raw values get no line of their own from the writer; white space before a value is JSON.
            writer.WriteRawValue($"\n          [{string.Join(',', line.Select(static count => count.ToString(CultureInfo.InvariantCulture)))}]");
        }

        writer.WriteEndArray();
    }

    /// <summary>Moves to the next item; false at the array's end.</summary>
    internal static bool NextInArray(ref Utf8JsonReader reader, JsonTokenType item)
    {
        reader.Read();
        return reader.TokenType == item || (reader.TokenType == JsonTokenType.EndArray
            ? false
            : throw new JsonException($"expected an array of {(item == JsonTokenType.Number ? "numbers" : "arrays")}"));
    }
}
