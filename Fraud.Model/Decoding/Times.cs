using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Fraud.Model.Decoding;

/// <summary>
/// What is taken for a time, in payments, labels, queries and options alike: a date and a time of ISO 8601 with a zone,
/// between them a T or a blank, or a number of seconds or milliseconds since 1970. Payments are later than its start, since a
/// clock that was never set says 0.
/// </summary>
public static class Times
{
    public const string Expected = "an ISO 8601 time with a zone, or seconds or milliseconds since 1970, later than 0";

    /// <summary>As <see cref="Expected"/>, where a day is a time as well.</summary>
    public const string ExpectedOrDate = "a date, an ISO 8601 time with a zone, or seconds or milliseconds since 1970";

    // Below this a number is seconds since 1970 (until the year 5138), above it milliseconds (since 1973).
    private const decimal FirstMilliseconds = 100_000_000_000m;

    // Where the time begins, behind "2025-11-20".
    private const int DateLength = 10;

    // "2025-11-20T12:00:00.1234567+00:00"; more is no time.
    private const int MaxLength = 40;

    /// <summary>Milliseconds since 1970 of a JSON value, at least 1.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out long unixMs)
    {
        unixMs = 0;
        var isTime = reader.TokenType switch
        {
            JsonTokenType.Number => FieldReaders.TryReadDecimal(ref reader, out var number) && TryOf(number, out unixMs),
            // A time needs no escapes.
            JsonTokenType.String => !reader.ValueIsEscaped && TryParseIso(reader.ValueSpan, out unixMs),
            _ => false,
        };
        return isTime && unixMs > 0;
    }

    /// <summary>Milliseconds since 1970 of a text such as a query has; a date alone is its midnight in UTC.</summary>
    public static bool TryParse(string text, out long unixMs)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return TryOf(number, out unixMs);
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            unixMs = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
            return unixMs >= 0;
        }

        unixMs = 0;
        Span<byte> utf8 = stackalloc byte[MaxLength];
        if (!Encoding.ASCII.TryGetBytes(text, utf8, out var length))
        {
            return false;
        }

        utf8 = utf8[..length];
        if (length > DateLength && utf8[(DateLength + 1)..].IndexOf((byte)' ') is >= 0 and var at)
        {
            // The plus sign of a zone that was not encoded in a query.
            utf8[DateLength + 1 + at] = (byte)'+';
        }

        return TryParseIso(utf8, out unixMs);
    }

    private static bool TryOf(decimal number, out long unixMs)
    {
        unixMs = 0;
        if (number < 0)
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

    private static bool TryParseIso(ReadOnlySpan<byte> text, out long unixMs)
    {
        unixMs = 0;
        // Without a zone the moment is not known; the framework would take the machine's.
        if (text.Length is <= DateLength or > MaxLength || !HasZone(text))
        {
            return false;
        }

        // As JSON, whose reader knows ISO 8601 and allocates nothing.
        Span<byte> json = stackalloc byte[MaxLength + 2];
        json = json[..(text.Length + 2)];
        json[0] = json[^1] = (byte)'"';
        text.CopyTo(json[1..]);
        if (text[DateLength] == ' ')
        {
            // As Python and SQL write it.
            json[1 + DateLength] = (byte)'T';
        }

        if (text.IndexOfAny((byte)'"', (byte)'\\') >= 0 || text.IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0)
        {
            return false;
        }

        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || !reader.TryGetDateTimeOffset(out var time))
        {
            return false;
        }

        unixMs = time.ToUnixTimeMilliseconds();
        return unixMs >= 0;
    }

    private static bool HasZone(ReadOnlySpan<byte> text) =>
        text[^1] == (byte)'Z' || text[DateLength..].IndexOfAny((byte)'+', (byte)'-') >= 0;
}
