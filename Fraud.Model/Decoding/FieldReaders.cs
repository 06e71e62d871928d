using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Fraud.Model.Decoding;

/// <summary>Reads single JSON values strictly. None allocates unless the value is escaped or oddly written.</summary>
public static class FieldReaders
{
    /// <summary>Whether the property name that the reader stands at is this one; false for a name that is no text.</summary>
    public static bool NameIs(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueTextEquals(name);
        }

        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: grammatical JSON, and no name of ours.
            return false;
        }
    }

    /// <summary>A string or an integer, as text without control characters and without blanks around it; false when it is neither or too long.</summary>
    public static bool TryReadId(ref Utf8JsonReader reader, int maxLength, ref ShortText into)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return TryReadText(ref reader, maxLength, ref into) && !into.IsEmpty;
            case JsonTokenType.Number:
                // Only plain integers name something: 1e3 and 1.0 do not.
                return reader.ValueSpan.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
                    && reader.ValueSpan.Length <= maxLength
                    && into.TrySet(reader.ValueSpan);
            default:
                return false;
        }
    }

    /// <summary>A string without control characters, without the blanks around it; false when it is none or too long.</summary>
    public static bool TryReadText(ref Utf8JsonReader reader, int maxLength, ref ShortText into)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        // An escape takes at most six bytes for one; anything longer cannot fit.
        if (reader.ValueSpan.Length > maxLength * 6)
        {
            return false;
        }

        Span<byte> text = stackalloc byte[ShortText.Capacity * 6];
        int length;
        if (reader.ValueIsEscaped)
        {
            try
            {
                length = reader.CopyString(text);
            }
            catch (InvalidOperationException)
            {
                // A lone surrogate: not text.
                return false;
            }
        }
        else
        {
            length = reader.ValueSpan.Length;
            reader.ValueSpan.CopyTo(text);
        }

        // Systems of fixed columns pad with blanks: "17" and "17  " are the same card.
        text = text[..length].Trim((byte)' ');
        return text.Length <= maxLength
            && Utf8.IsValid(text)
            && text.IndexOfAnyInRange((byte)0x00, (byte)0x1F) < 0
            && text.IndexOf((byte)0x7F) < 0
            && into.TrySet(text);
    }

    /// <summary>A JSON number as a decimal, exactly; false when it is no number or beyond a decimal's range.</summary>
    public static bool TryReadDecimal(ref Utf8JsonReader reader, out decimal value)
    {
        value = 0;
        if (reader.TokenType != JsonTokenType.Number)
        {
            return false;
        }

        var digits = reader.ValueSpan;
        return Utf8Parser.TryParse(digits, out value, out var consumed) && consumed == digits.Length
            || digits.Length <= 64
                && decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    public static bool TryReadFloat(ref Utf8JsonReader reader, out float value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number
            && reader.TryGetSingle(out value)
            && float.IsFinite(value);
    }
}
