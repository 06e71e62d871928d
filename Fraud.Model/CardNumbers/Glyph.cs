using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Fraud.Model.CardNumbers;

/// <summary>What a character is to a card number: a digit (0 to 9), something between digits, or its end.</summary>
internal static class Glyph
{
    /// <summary>May stand between two digits of a number.</summary>
    public const int Separator = 10;

    /// <summary>Takes no room when it is shown, such as a soft hyphen: as many as there are may stand between two digits.</summary>
    public const int Invisible = 11;

    /// <summary>Letters, and numbers that are no digits.</summary>
    public const int Break = 12;

    private const int Escape = 13;
    private const int FirstBeyondAscii = 0x80;
    private const int LatinOfNoBreak = 0xC2;

    // 16 a row. Anything but a letter separates; %, \, &, < and = may begin an escape.
    private static ReadOnlySpan<byte> Ascii =>
    [
        10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10,
        10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10,
        10, 10, 10, 10, 10, 13, 13, 10, 10, 10, 10, 10, 10, 10, 10, 10,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 13, 13, 10, 10,
        10, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
        12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 10, 13, 10, 10, 10,
        10, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
        12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 10, 10, 10, 10, 10,
    ];

    /// <summary>The character at a place of the text.</summary>
    /// <param name="length">Its length in units, more than one also for ASCII when it is escaped.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at, out int length)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        var unit = TUnits.At(text, at);
        if (unit < FirstBeyondAscii)
        {
            int kind = Ascii[unit];
            if (kind != Escape)
            {
                length = 1;
                return kind;
            }
        }

        return ReadOther<TUnit, TUnits>(text, at, out length);
    }

    /// <summary>Whether a digit stands right before the place. Escaped ones are not looked for.</summary>
    public static bool IsDigitBefore<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        if (at == 0)
        {
            return false;
        }

        _ = TUnits.DecodeLast(text[..at], out var rune);
        return Of(rune) <= 9;
    }

    public static int Of(Rune rune)
    {
        if (rune.IsAscii)
        {
            int kind = Ascii[rune.Value];
            return kind == Escape ? Separator : kind;
        }

        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.DecimalDigitNumber:
                return (int)Rune.GetNumericValue(rune);
            case UnicodeCategory.OtherNumber:
                // Superscripts and digits in circles; not fractions, nor the circled 10.
                var value = Rune.GetNumericValue(rune);
                return value is >= 0 and <= 9 && value == Math.Floor(value) ? (int)value : Break;
            case UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark:
                return Invisible;
            case UnicodeCategory.UppercaseLetter when rune.Value == LatinOfNoBreak:
                // With the blank behind it what a no-break blank becomes when its UTF-8 is read as Latin-1.
                return Invisible;
            case UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.LetterNumber or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned:
                return Break;
            case UnicodeCategory.OtherLetter:
                // Letters that are shown as nothing: the fillers of Hangul.
                return rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0 ? Invisible : Break;
            default:
                // Blanks, dashes, brackets, quotes, symbols, and the letters that serve as apostrophes and dashes.
                return Separator;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ReadOther<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at, out int length)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        if (TUnits.At(text, at) < FirstBeyondAscii)
        {
            return EscapedGlyph.Read<TUnit, TUnits>(text, at, out length);
        }

        length = TUnits.Decode(text[at..], out var rune);
        return Of(rune);
    }
}
