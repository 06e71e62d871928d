using System.Runtime.CompilerServices;

namespace Fraud.Model.CardNumbers;

/// <summary>
/// What has an issuer's digits and a valid check digit by chance, and is known by its form: UUIDs and hashes, IBANs, dates and times,
/// clocks, network addresses, decimal numbers. Asked only about candidates, which are few.
/// </summary>
/// <remarks>
/// In identifiers and texts only forms that no card number is written in: a phone number of 13 digits, ddMMyyyyHHmmss or a clock behind a
/// hyphen may be a card's digits as well, and are taken for one when the check digit is right.
/// </remarks>
internal static class Lookalikes
{
    private const int SecondsDigits = 10;

    /// <summary>Whether the window's first digits belong to one of these.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Any<TUnit, TUnits>(ReadOnlySpan<TUnit> text, in CardNumberWindow window, int digits, CardNumberReach reach)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        var start = window.Places[0];
        var end = window.Ends[digits - 1];
        var hasZero = start > 0 && TUnits.At(text, start - 1) == '0';
        var groups = new DigitGroups<TUnit, TUnits>(text, in window, digits);
        return HexIds.Hold<TUnit, TUnits>(text, in window, digits, reach)
            || Ibans.Hold<TUnit, TUnits>(text, start, end)
            || NetworkAddresses.Overlap<TUnit, TUnits>(text, start, end)
            || WrittenDates.Overlap<TUnit, TUnits>(text, start, end)
            || (reach != CardNumberReach.InsideGroups && (HasSign(in groups) || Dates.Hold(in window, digits, in groups, hasZero, reach) || HasClock(in window, in groups)))
            || (reach == CardNumberReach.Records && Decimals.Hold(text, in groups));
    }

    /// <summary>Whether a group is seconds, milliseconds, microseconds or nanoseconds since 1970, from 2014 to 2036.</summary>
    public static bool IsClock(int digits, int firstTwo) => digits is 10 or 13 or 16 or 19 && firstTwo is >= 14 and <= 20;

    // "..., +49 171": a plus sign behind another separator begins a number of its own.
    private static bool HasSign<TUnit, TUnits>(in DigitGroups<TUnit, TUnits> groups)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        for (var i = 0; i + 1 < groups.Count; i++)
        {
            var gap = groups.GapBehind(i);
            if (gap.Length > 1 && TUnits.At(gap, gap.Length - 1) == '+')
            {
                return true;
            }
        }

        return false;
    }

    // A number is not written with a clock as one of its groups: "401234-1760000000" is a customer and a moment.
    private static bool HasClock<TUnit, TUnits>(in CardNumberWindow window, in DigitGroups<TUnit, TUnits> groups)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        for (var i = 0; groups.Count > 1 && i < groups.Count; i++)
        {
            var count = groups.Digits(i);
            if (count >= SecondsDigits && IsClock(count, (window.Digits[groups.First(i)] * 10) + window.Digits[groups.First(i) + 1]))
            {
                return true;
            }
        }

        return false;
    }
}
