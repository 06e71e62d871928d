namespace Fraud.Model.CardNumbers;

/// <summary>IPv4 addresses: with a port or in lists they have 13 digits and more.</summary>
internal static class NetworkAddresses
{
    private const int Parts = 4;
    private const int Longest = 15;

    /// <summary>Whether an address covers part of what lies between these places.</summary>
    public static bool Overlap<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int start, int end)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        for (var from = Math.Max(0, start - Longest + 1); from < end; from++)
        {
            if (EndOf<TUnit, TUnits>(text, from) > start)
            {
                return true;
            }
        }

        return false;
    }

    // Of the address at the place, or -1.
    private static int EndOf<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int from)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        if (IsDigitOrPoint<TUnit, TUnits>(text, from - 1))
        {
            return -1;
        }

        var at = from;
        for (var part = 0; part < Parts; part++)
        {
            if (part > 0 && (at == text.Length || TUnits.At(text, at++) != '.'))
            {
                return -1;
            }

            int value = 0, digits = 0;
            for (; at < text.Length && char.IsAsciiDigit((char)TUnits.At(text, at)) && digits < 4; at++, digits++)
            {
                value = (value * 10) + TUnits.At(text, at) - '0';
            }

            if (digits == 0 || value > byte.MaxValue)
            {
                return -1;
            }
        }

        // Behind a full stop nothing follows; a fifth part is none of an address.
        return IsDigitOrPoint<TUnit, TUnits>(text, at) && IsDigitOrPoint<TUnit, TUnits>(text, at + 1) ? -1 : at;
    }

    private static bool IsDigitOrPoint<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int at)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit> =>
        (uint)at < (uint)text.Length && (TUnits.At(text, at) == '.' || char.IsAsciiDigit((char)TUnits.At(text, at)));
}
