namespace Fraud.Model.CardNumbers;

/// <summary>Numbers with decimals, alone and in lists: a payment's record may hold thirty, each with 13 digits and more.</summary>
internal static class Decimals
{
    private const int MostWhole = 3;
    private const int FewestFraction = 10;

    public static bool Hold<TUnit, TUnits>(ReadOnlySpan<TUnit> text, in DigitGroups<TUnit, TUnits> groups)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        // 4.111111111111111E15 is how a program prints a number of 16 digits that it took for a double.
        var end = groups.End;
        if (end + 1 < text.Length && TUnits.At(text, end) is 'e' or 'E' && TUnits.At(text, end + 1) != '-')
        {
            return false;
        }

        if (IsFraction(text, in groups))
        {
            return true;
        }

        for (var i = 0; i + 1 < groups.Count; i++)
        {
            // "4.462387777762292", but not "4.111.111...", and a long fraction further on: "2,0.462387777762292".
            if (groups.HasPointBehind(i) && !groups.HasPointBefore(i) && !groups.HasPointBehind(i + 1)
                && groups.Digits(i) <= MostWhole && groups.Digits(i + 1) >= FewestFraction)
            {
                return true;
            }

            // "12.5,43.1": a comma beside a decimal point separates two numbers.
            if ((groups.HasPointBefore(i) || groups.HasPointBehind(i + 1)) && Contains<TUnit, TUnits>(groups.GapBehind(i), ','))
            {
                return true;
            }
        }

        return false;
    }

    // The candidate's first group stands behind a point, before which one to three digits stand: ".4623" of "0.4623".
    private static bool IsFraction<TUnit, TUnits>(ReadOnlySpan<TUnit> text, in DigitGroups<TUnit, TUnits> groups)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        if (groups.Digits(0) < FewestFraction || groups.HasPointBehind(0))
        {
            return false;
        }

        // The candidate may be the fraction's last digits.
        var at = groups.Start(0) - 1;
        while (at >= 0 && char.IsAsciiDigit((char)TUnits.At(text, at)))
        {
            at--;
        }

        if (at < 1 || TUnits.At(text, at) != '.')
        {
            return false;
        }

        var whole = 0;
        while (--at >= 0 && char.IsAsciiDigit((char)TUnits.At(text, at)))
        {
            whole++;
        }

        return whole is >= 1 and <= MostWhole && (at < 0 || TUnits.At(text, at) != '.');
    }

    private static bool Contains<TUnit, TUnits>(ReadOnlySpan<TUnit> gap, char sign)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        for (var i = 0; i < gap.Length; i++)
        {
            if (TUnits.At(gap, i) == sign)
            {
                return true;
            }
        }

        return false;
    }
}
