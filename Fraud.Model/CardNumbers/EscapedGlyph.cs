using System.Buffers;
using System.Text;

namespace Fraud.Model.CardNumbers;

/// <summary>
/// Characters as JSON (\u0034, \n), addresses (%20, %C2%A0, also escaped twice), HTML (&amp;nbsp;, &amp;#160;, tags) and e-mail (=20) write
/// them: raw records, paths and pasted notes hold them so.
/// </summary>
internal static class EscapedGlyph
{
    private const int HexDigits = 4;
    private const int LongestUtf8 = 4;
    private const int LongestName = 10;

    /// <summary>Reads what the sign at the place begins; a separator where it is no escape.</summary>
    public static int Read<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at, out int length)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        var kind = TUnits.At(text, at) switch
        {
            '%' => ReadPercent<TUnit, TUnits>(text, at, out length),
            '\\' => ReadBackslash<TUnit, TUnits>(text, at, out length),
            '&' => ReadEntity<TUnit, TUnits>(text, at, out length),
            '<' => ReadTag<TUnit, TUnits>(text, at, out length),
            _ => ReadQuotedPrintable<TUnit, TUnits>(text, at, out length),
        };
        if (length == 0)
        {
            (length, kind) = (1, Glyph.Separator);
        }

        return kind;
    }

    private static int ReadBackslash<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at, out int length)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        length = 0;
        if (at + 1 == text.Length)
        {
            return Glyph.Separator;
        }

        var letter = TUnits.At(text, at + 1);
        if (letter == 'x' && Hex<TUnit, TUnits>(text, at + 2, 2) is >= 0 and var latin)
        {
            // As Python prints bytes and letters below 256.
            length = 4;
            return Glyph.Of(new Rune(latin));
        }

        if (letter != 'u')
        {
            length = letter is 't' or 'n' or 'r' or 'b' or 'f' ? 2 : 0;
            return Glyph.Separator;
        }

        var unit = Hex<TUnit, TUnits>(text, at + 2, HexDigits);
        if (unit < 0)
        {
            return Glyph.Separator;
        }

        const int escape = 2 + HexDigits;
        if (!char.IsSurrogate((char)unit))
        {
            length = escape;
            return Glyph.Of(new Rune((char)unit));
        }

        var next = at + escape;
        var low = next + 1 < text.Length && TUnits.At(text, next) == '\\' && TUnits.At(text, next + 1) == 'u'
            ? Hex<TUnit, TUnits>(text, next + 2, HexDigits)
            : -1;
        if (low < 0 || !Rune.TryCreate((char)unit, (char)low, out var rune))
        {
            length = escape;
            return Glyph.Break;
        }

        length = 2 * escape;
        return Glyph.Of(rune);
    }

    private static int ReadPercent<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at, out int length)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        length = 0;
        Span<byte> utf8 = stackalloc byte[LongestUtf8];
        Span<int> ends = stackalloc int[LongestUtf8];
        var count = 0;
        for (var next = at; count < LongestUtf8 && next < text.Length && TUnits.At(text, next) == '%'; next = ends[count - 1])
        {
            // The per cent sign of an escape is escaped itself, once or more: %2520.
            while (Hex<TUnit, TUnits>(text, next + 1, 2) == '%' && Hex<TUnit, TUnits>(text, next + 3, 2) >= 0)
            {
                next += 2;
            }

            var value = Hex<TUnit, TUnits>(text, next + 1, 2);
            if (value < 0)
            {
                break;
            }

            (utf8[count], ends[count]) = ((byte)value, next + 3);
            count++;
        }

        if (Rune.DecodeFromUtf8(utf8[..count], out var rune, out var used) != OperationStatus.Done)
        {
            // A no-break blank of Latin-1.
            length = count > 0 && utf8[0] == 0xA0 ? ends[0] - at : 0;
            return Glyph.Separator;
        }

        // "4111%1111" is a separator and four digits: of ASCII only what addresses do escape counts.
        var end = ends[used - 1];
        if (rune.IsAscii && !IsUsuallyEscaped(rune.Value) && !(char.IsAsciiDigit((char)rune.Value) && IsAmongEscapes<TUnit, TUnits>(text, at, end)))
        {
            return Glyph.Separator;
        }

        length = end - at;
        return Glyph.Of(rune);
    }

    // A digit needs no escape, and "%30" is a number between per cent signs, unless the next character is escaped, too, or the one before.
    private static bool IsAmongEscapes<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at, int end)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit> =>
        (end + 2 < text.Length && TUnits.At(text, end) == '%' && Hex<TUnit, TUnits>(text, end + 1, 2) is >= '0' and <= '9')
        || (at >= 3 && TUnits.At(text, at - 3) == '%' && Hex<TUnit, TUnits>(text, at - 2, 2) is >= '0' and <= '9');

    // &nbsp; or &#160; or &#xA0;
    private static int ReadEntity<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at, out int length)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        length = 0;
        var from = at + 1;
        var isNumber = from < text.Length && TUnits.At(text, from) == '#';
        var isHex = isNumber && from + 1 < text.Length && TUnits.At(text, from + 1) is 'x' or 'X';
        from += isHex ? 2 : isNumber ? 1 : 0;
        int end = from, value = 0;
        for (; end < text.Length && end - from < LongestName; end++)
        {
            var unit = TUnits.At(text, end);
            if (isNumber && !isHex && char.IsAsciiDigit((char)unit))
            {
                value = (value * 10) + unit - '0';
            }
            else if (isHex && char.IsAsciiHexDigit((char)unit) && value < 0x110000)
            {
                value = (value * 16) + HexValue(unit);
            }
            else if (isNumber || !char.IsAsciiLetter((char)unit))
            {
                break;
            }
        }

        if (end == from || end == text.Length || TUnits.At(text, end) != ';')
        {
            return Glyph.Separator;
        }

        length = end + 1 - at;
        return !isNumber ? Glyph.Separator : Rune.TryCreate(value, out var rune) ? Glyph.Of(rune) : Glyph.Break;
    }

    // <br>, </td>: a name and nothing else, so that no digit is passed over.
    private static int ReadTag<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at, out int length)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        length = 0;
        var from = at + 1 < text.Length && TUnits.At(text, at + 1) == '/' ? at + 2 : at + 1;
        var end = from;
        while (end < text.Length && end - from < LongestName && char.IsAsciiLetter((char)TUnits.At(text, end)))
        {
            end++;
        }

        if (end > from)
        {
            end += end < text.Length && TUnits.At(text, end) == '/' ? 1 : 0;
            length = end < text.Length && TUnits.At(text, end) == '>' ? end + 1 - at : 0;
        }

        return Glyph.Separator;
    }

    // =20 and =C2=A0. No card number begins with 20; other escapes could be digits behind an equals sign.
    private static int ReadQuotedPrintable<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at, out int length)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        const int escape = 3;
        var value = Hex<TUnit, TUnits>(text, at + 1, 2);
        length = value is 0xC2 or 0xA0 || (value == ' ' && AreAlike<TUnit, TUnits>(text, at, escape)) ? escape : 0;
        return Glyph.Separator;
    }

    // "4111=2049=7143" has equals signs between its groups: all that stand before digits must be escapes, or none is.
    private static bool AreAlike<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at, int escape)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        var first = at;
        for (var before = at - 1; before >= 0 && (TUnits.At(text, before) == '=' || char.IsAsciiDigit((char)TUnits.At(text, before))); before--)
        {
            first = TUnits.At(text, before) == '=' ? before : first;
        }

        for (var next = first; next + 1 < text.Length && TUnits.At(text, next) == '=' && char.IsAsciiDigit((char)TUnits.At(text, next + 1));)
        {
            if (Hex<TUnit, TUnits>(text, next + 1, 2) != ' ')
            {
                return false;
            }

            next += escape;
            while (next < text.Length && char.IsAsciiDigit((char)TUnits.At(text, next)))
            {
                next++;
            }
        }

        return true;
    }

    private static bool IsUsuallyEscaped(int ascii) =>
        ascii is '\t' or '\n' or '\r' or ' ' or '+' or ',' or '-' or '.' or '/' or ':' or '_' or '|';

    private static int Hex<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at, int digits)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        if (at + digits > text.Length)
        {
            return -1;
        }

        var value = 0;
        for (var i = at; i < at + digits; i++)
        {
            var unit = TUnits.At(text, i);
            if (!char.IsAsciiHexDigit((char)unit) || unit > 'f')
            {
                return -1;
            }

            value = (value * 16) + HexValue(unit);
        }

        return value;
    }

    private static int HexValue(int unit) => unit <= '9' ? unit - '0' : (unit | 0x20) - 'a' + 10;
}
