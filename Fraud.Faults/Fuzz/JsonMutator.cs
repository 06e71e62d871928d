using System.Text;
using System.Text.Json;

namespace Fraud.Faults.Fuzz;

/// <summary>Changes a JSON text in ways that keep it JSON, and now and then in ways that do not.</summary>
internal sealed class JsonMutator(Random random)
{
    // What numbers, strings and times are usually forgotten in.
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "-0", "1e308", "1e400", "-1e-400", "9007199254740993", "99999999999999999999999",
        "0.1", "0.001", "1.23456789012345678901234567890", "12.345", "2147483648", "-9223372036854775809", "\"\"", "\" \"", "\"NaN\"",
        "\"1\"", "\"4111111111111111\"", "\"\\ud800\"", "\"\\u0000\"", "\"\\u202e\"", "\"\\n\"", "\"' OR 1=1 --\"", "\"../../etc/passwd\"",
        "\"{{7*7}}\"", "\"<script>\"", "\"2026-13-45T99:99:99Z\"", "\"9999-12-31T23:59:59Z\"", "\"0001-01-01T00:00:00Z\"", "[]", "{}",
        "[[]]", "[null]", "{\"a\":{}}", "[1,2,3]", "\"💳💳💳💳\"", "\"EUR\"", "\"XXX\"", "\"eur\"", "NaN", "Infinity", "01", "+1", ".5", "'x'",
        "-", "1.", "0x10", "True", "undefined",
    ];

    public byte[] Mutate(string text, StringBuilder log)
    {
        // Lines of JSON are one JSON each.
        var lines = text.Split('\n');
        var line = random.Next(lines.Length);
        if (lines[line].Length == 0)
        {
            line = 0;
        }

        for (var times = 1 + random.Next(3); times > 0; times--)
        {
            lines[line] = Change(lines[line], log);
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    private string Change(string text, StringBuilder log)
    {
        var places = Places(text);
        if (places.Count == 0)
        {
            log.Append(" json:lost");
            return text + Values[random.Next(Values.Length)];
        }

        var (start, end) = places[random.Next(places.Count)];
        var part = text[start..end];
        var (name, changed) = random.Next(12) switch
        {
            0 or 1 or 2 or 3 => ("value", Values[random.Next(Values.Length)]),
            4 => ("long", "\"" + new string((char)random.Next('a', 'z'), random.Next(60, 70_000)) + "\""),
            5 => ("deep", new string('[', random.Next(1, 200)) + part),
            6 => ("nested", Nest(part)),
            7 => ("repeat", part + string.Concat(Enumerable.Repeat("," + part, random.Next(1, random.Next(10) == 0 ? 1_100 : 20)))),
            8 => ("gone", ""),
            9 => ("escaped", part.Replace("a", "\\u0061", StringComparison.Ordinal)),
            10 => ("space", " \t\r" + part + new string(' ', random.Next(1, 2_000))),
            _ => ("digits", part.StartsWith('"') ? "\"" + new string('9', random.Next(1, 400)) + "\"" : new string('9', random.Next(1, 400))),
        };
        log.Append(" json:").Append(name);
        return string.Concat(text.AsSpan(0, start), changed, text.AsSpan(end));
    }

    private string Nest(string part)
    {
        var depth = random.Next(1, 70);
        return string.Concat(Enumerable.Repeat("{\"a\":", depth)) + part + new string('}', depth);
    }

    /// <summary>Where names and values stand; none in what is no JSON.</summary>
    private static List<(int Start, int End)> Places(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 1_000 });
        var places = new List<(int Start, int End)>();
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject or JsonTokenType.StartArray or JsonTokenType.StartObject))
                {
                    var start = Encoding.UTF8.GetCharCount(utf8.AsSpan(0, (int)reader.TokenStartIndex));
                    // A name with its colon ends behind it; values and names alike are cut at their token.
                    var length = reader.HasValueSequence ? 0 : reader.ValueSpan.Length
                        + (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 2 : 0);
                    var end = start + Encoding.UTF8.GetCharCount(utf8.AsSpan((int)reader.TokenStartIndex, length));
                    places.Add((start, end));
                }
            }
        }
        catch (JsonException)
        {
            return [];
        }

        return places;
    }
}
