using System.Buffers;
using System.Text;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Model;
using Fraud.Model.Decoding;

namespace Fraud.Cli.Labels;

/// <summary>
/// Labels as CSV with a header: transaction_id and is_fraud, and where they are known card_id, terminal_id and
/// event_time, in any order. Values are held to the same rules as labels from Kafka. Lines end with the line: a quoted
/// value goes over no line's end. An id that holds a card number leaves as a token.
/// </summary>
internal sealed class LabelFile(string name, TextReader text, LabelReader reader)
{
    private const string Expected = "transaction_id and is_fraud, and any of card_id, terminal_id and event_time";

    private static readonly string[] Columns = ["transaction_id", "is_fraud", "card_id", "terminal_id", "event_time"];

    /// <summary>Lines read so far, the header included.</summary>
    public int Line { get; private set; }

    /// <summary>The labels in the file's order, each as JSON too. The bytes are valid until the next one.</summary>
    /// <exception cref="CommandException">A line is not as expected; names the line and the column, and quotes nothing.</exception>
    public IEnumerable<(Label Label, ReadOnlyMemory<byte> Json)> Read()
    {
        var columns = Header();
        var values = new List<string>();
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        var written = new byte[TransactionWriter.MaxLength];
        while (text.ReadLine() is { } line)
        {
            Line++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            Split(line, values);
            if (values.Count != columns.Length)
            {
                throw Wrong($"expected {columns.Length} values as the header has, and there are {values.Count}");
            }

            buffer.ResetWrittenCount();
            json.Reset();
            Write(json, columns, values);
            if (!reader.TryRead(buffer.WrittenSpan, out var label, out var error))
            {
                throw Wrong(error.Message);
            }

            yield return (label, written.AsMemory(0, TransactionWriter.WriteLabel(label, written)));
        }
    }

    private string[] Header()
    {
        Line = 1;
        var columns = new List<string>();
        Split((text.ReadLine() ?? "").TrimStart('\uFEFF'), columns);
        var names = columns.Select(static column => column.Trim().ToLowerInvariant()).ToArray();
        if (!names.Contains("transaction_id", StringComparer.Ordinal) || !names.Contains("is_fraud", StringComparer.Ordinal)
            || names.Except(Columns, StringComparer.Ordinal).Any() || names.Distinct(StringComparer.Ordinal).Count() != names.Length)
        {
            throw Wrong($"expected a header with {Expected}, each once");
        }

        return names;
    }

    private static void Write(Utf8JsonWriter json, string[] columns, List<string> values)
    {
        json.WriteStartObject();
        for (var i = 0; i < columns.Length; i++)
        {
            var value = values[i].Trim();
            if (value.Length == 0)
            {
                // Left out; the reader says so where it may not be.
                continue;
            }

            json.WritePropertyName(columns[i]);
            if (columns[i] == "is_fraud")
            {
                WriteFlag(json, value);
            }
            else if (columns[i] == "event_time" && value.All(char.IsAsciiDigit) && value.Length <= 18)
            {
                json.WriteRawValue(value);
            }
            else
            {
                json.WriteStringValue(value);
            }
        }

        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteFlag(Utf8JsonWriter json, string value)
    {
        if (value is "0" or "1" || bool.TryParse(value, out _))
        {
            json.WriteBooleanValue(value is "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase));
        }
        else
        {
            // The reader refuses it in its own words.
            json.WriteStringValue(value);
        }
    }

    private void Split(string line, List<string> into)
    {
        into.Clear();
        var value = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var letter = line[i];
            if (letter == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                value.Append('"');
                i++;
            }
            else if (letter == '"' && (isQuoted || value.Length == 0))
            {
                isQuoted = !isQuoted;
            }
            else if (letter == ',' && !isQuoted)
            {
                into.Add(value.ToString());
                value.Clear();
            }
            else
            {
                value.Append(letter);
            }
        }

        if (isQuoted)
        {
            throw Wrong("expected a closing quote on the same line");
        }

        into.Add(value.ToString());
    }

    private CommandException Wrong(string what) => new($"{name}: line {Line}: {what}");
}
