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
    // Below this a number is seconds since 1970 (until the year 5138), above it milliseconds (since 1973).
    private const decimal FirstMilliseconds = 100_000_000_000m;

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

    /// <summary>A string or an integer, as text without control characters; false when it is neither or too long.</summary>
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

        text = text[..length];
        return length <= maxLength
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

    /// <summary>Milliseconds since 1970 from ISO 8601 with a zone, or from a number of seconds or milliseconds.</summary>
    public static bool TryReadTime(ref Utf8JsonReader reader, out long unixMs)
    {
        unixMs = 0;
        if (reader.TokenType == JsonTokenType.Number)
        {
            if (!TryReadDecimal(ref reader, out var number) || number < 0)
            {
                return false;
            }

            var milliseconds = number < FirstMilliseconds ? number * 1_000 : number;
            if (milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
            {
                return false;
            }

            unixMs = (long)milliseconds;
            return true;
        }

        // Without a zone the moment is not known; TryGetDateTimeOffset would take the machine's.
        // A time needs no escapes, and reading a lone surrogate would throw.
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || !HasZone(reader.ValueSpan)
            || !reader.TryGetDateTimeOffset(out var time))
        {
            return false;
        }

        unixMs = time.ToUnixTimeMilliseconds();
        return unixMs >= 0;
    }

    public static bool TryReadFloat(ref Utf8JsonReader reader, out float value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number
            && reader.TryGetSingle(out value)
            && float.IsFinite(value);
    }

    private static bool HasZone(ReadOnlySpan<byte> text) =>
        text.Length > 10 && (text[^1] == (byte)'Z' || text[10..].IndexOfAny((byte)'+', (byte)'-') >= 0);
}
