using System.Buffers;
using System.Text;

namespace Fraud.Model.CardNumbers;

/// <summary>Characters as JSON (\u0034, \n) and addresses (%20, %C2%A0) write them: raw records and paths hold them so.</summary>
internal static class EscapedGlyph
{
    private const int HexDigits = 4;
    private const int LongestUtf8 = 4;

    /// <summary>Reads what the backslash or per cent sign at the place begins; a separator where it is no escape.</summary>
    public static int Read<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at, out int length)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        var kind = TUnits.At(text, at) == '%'
            ? ReadPercent<TUnit, TUnits>(text, at, out length)
            : ReadBackslash<TUnit, TUnits>(text, at, out length);
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
        var count = 0;
        for (var next = at; count < LongestUtf8 && next < text.Length && TUnits.At(text, next) == '%'; next += 3)
        {
            var value = Hex<TUnit, TUnits>(text, next + 1, 2);
            if (value < 0)
            {
                break;
            }

            utf8[count++] = (byte)value;
        }

        if (Rune.DecodeFromUtf8(utf8[..count], out var rune, out var used) != OperationStatus.Done)
        {
            return Glyph.Separator;
        }

        // "4111%1111" is a separator and four digits: of ASCII only what addresses do escape counts.
        if (rune.IsAscii && !IsUsuallyEscaped(rune.Value))
        {
            return Glyph.Separator;
        }

        length = 3 * used;
        return Glyph.Of(rune);
    }

    private static bool IsUsuallyEscaped(int ascii) =>
        char.IsAsciiDigit((char)ascii) || ascii is '\t' or '\n' or '\r' or ' ' or '+' or ',' or '-' or '.' or '/' or ':' or '_' or '|';

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

            value = (value * 16) + (unit <= '9' ? unit - '0' : (unit | 0x20) - 'a' + 10);
        }

        return value;
    }
}
