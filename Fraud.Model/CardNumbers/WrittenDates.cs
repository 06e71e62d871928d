namespace Fraud.Model.CardNumbers;

/// <summary>Dates and times with signs between their parts: 30.12.2024, 12/30/2024, 2024-12-30, 23:59:59.</summary>
internal static class WrittenDates
{
    private const int DateLength = 10;
    private const int TimeLength = 8;

    /// <summary>Whether one covers part of what lies between these places.</summary>
    public static bool Overlap<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int start, int end)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        for (var from = Math.Max(0, start - DateLength + 1); from < end; from++)
        {
            var length = LengthAt<TUnit, TUnits>(text, from);
            if (length > 0 && from + length > start)
            {
                return true;
            }
        }

        return false;
    }

    // Of the date or time at the place, or 0.
    private static int LengthAt<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int from)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        if (Are<TUnit, TUnits>(text, from, TimeLength, 2, 5, ':'))
        {
            return Two<TUnit, TUnits>(text, from) <= 23 && Two<TUnit, TUnits>(text, from + 3) <= 59 && Two<TUnit, TUnits>(text, from + 6) <= 59
                ? TimeLength
                : 0;
        }

        foreach (var sign in ".-/")
        {
            if (Are<TUnit, TUnits>(text, from, DateLength, 2, 5, sign))
            {
                var (first, second) = (Two<TUnit, TUnits>(text, from), Two<TUnit, TUnits>(text, from + 3));
                return Dates.IsYear(Two<TUnit, TUnits>(text, from + 6)) && (Dates.IsDay(first, second) || Dates.IsDay(second, first)) ? DateLength : 0;
            }

            if (Are<TUnit, TUnits>(text, from, DateLength, 4, 7, sign))
            {
                return Dates.IsYear(Two<TUnit, TUnits>(text, from)) && Dates.IsDay(Two<TUnit, TUnits>(text, from + 8), Two<TUnit, TUnits>(text, from + 5))
                    ? DateLength
                    : 0;
            }
        }

        return 0;
    }

    // Digits with the sign at two places, and neither a digit nor the sign around: a longer chain is something else.
    private static bool Are<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int from, int length, int first, int second, char sign)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        if (from + length > text.Length || TUnits.At(text, from + first) != sign || TUnits.At(text, from + second) != sign
            || (from > 0 && Continues<TUnit, TUnits>(text, from - 1, from - 2, sign))
            || (from + length < text.Length && Continues<TUnit, TUnits>(text, from + length, from + length + 1, sign)))
        {
            return false;
        }

        for (var i = 0; i < length; i++)
        {
            if (i != first && i != second && !char.IsAsciiDigit((char)TUnits.At(text, from + i)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Continues<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at, int beyond, char sign)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit> =>
        char.IsAsciiDigit((char)TUnits.At(text, at))
        || (TUnits.At(text, at) == sign && (uint)beyond < (uint)text.Length && char.IsAsciiDigit((char)TUnits.At(text, beyond)));

    private static int Two<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit> =>
        ((TUnits.At(text, at) - '0') * 10) + TUnits.At(text, at + 1) - '0';
}
