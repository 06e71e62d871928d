namespace Fraud.Model.CardNumbers;

/// <summary>
/// UUIDs and hashes: now and then 13 and more of their hexadecimal digits in a row are decimal ones. One hash in some thousand, so
/// that identifiers and texts do without the exception: a number behind eight hexadecimal digits would pass for one.
/// </summary>
internal static class HexIds
{
    private const int UuidLength = 36;
    private const int VersionAt = 14;
    private const int VariantAt = 19;
    private const int FewestLetters = 3;

    public static bool Hold<TUnit, TUnits>(ReadOnlySpan<TUnit> text, in CardNumberWindow window, int digits, CardNumberReach reach)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        var start = window.Places[0];
        var end = window.Ends[digits - 1];
        return IsInUuid<TUnit, TUnits>(text, start, end)
            || (reach != CardNumberReach.InsideGroups && end - start == digits && IsInHash<TUnit, TUnits>(text, start, end));
    }

    private static bool IsInUuid<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int start, int end)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        var last = Math.Min(start, text.Length - UuidLength);
        for (var from = Math.Max(0, end - UuidLength); from <= last; from++)
        {
            if (IsUuid<TUnit, TUnits>(text.Slice(from, UuidLength))
                && !IsAlphanumeric<TUnit, TUnits>(text, from - 1) && !IsAlphanumeric<TUnit, TUnits>(text, from + UuidLength))
            {
                return true;
            }
        }

        return false;
    }

    // With a letter, a version and a variant, as RFC 9562 wants them: digits and hyphens alone could be a card number.
    private static bool IsUuid<TUnit, TUnits>(ReadOnlySpan<TUnit> text)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        var letters = 0;
        for (var i = 0; i < UuidLength; i++)
        {
            var unit = TUnits.At(text, i);
            if (i is 8 or 13 or 18 or 23)
            {
                if (unit != '-')
                {
                    return false;
                }
            }
            else if (!char.IsAsciiHexDigit((char)unit))
            {
                return false;
            }
            else if (unit > '9')
            {
                letters++;
            }
        }

        return letters > 0
            && TUnits.At(text, VersionAt) is >= '1' and <= '8'
            && TUnits.At(text, VariantAt) is '8' or '9' or 'a' or 'b' or 'A' or 'B';
    }

    // As long as object ids, MD5, SHA-1 and SHA-256 are, with letters and further digits around: a number with letters
    // in front and behind is none.
    private static bool IsInHash<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int start, int end)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        int letters = 0, others = 0;
        var from = start;
        for (; IsAlphanumeric<TUnit, TUnits>(text, from - 1); from--)
        {
            Count(TUnits.At(text, from - 1), ref letters, ref others);
        }

        var to = end;
        for (; IsAlphanumeric<TUnit, TUnits>(text, to); to++)
        {
            Count(TUnits.At(text, to), ref letters, ref others);
        }

        return to - from is 24 or 32 or 40 or 64 && letters >= FewestLetters && others > 0;
    }

    // What is no hexadecimal digit takes the letters away, for good.
    private static void Count(int unit, ref int letters, ref int others)
    {
        if (unit <= '9')
        {
            others++;
        }
        else
        {
            letters = char.IsAsciiHexDigit((char)unit) ? letters + 1 : int.MinValue / 2;
        }
    }

    private static bool IsAlphanumeric<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit> =>
        (uint)at < (uint)text.Length && char.IsAsciiLetterOrDigit((char)TUnits.At(text, at));
}
