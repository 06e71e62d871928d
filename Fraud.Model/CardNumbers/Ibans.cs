namespace Fraud.Model.CardNumbers;

/// <summary>Bank account numbers (ISO 13616): country, length and both check digits right, alone or in groups with blanks or hyphens.</summary>
internal static class Ibans
{
    private const int LongestWritten = 42;
    private const int Longest = 34;
    private const int Modulus = 97;

    private static ReadOnlySpan<byte> Lengths =>
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18"u8
        + "FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21"u8
        + "LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24"u8
        + "SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30"u8;

    /// <summary>Whether what lies between these places is part of an account number.</summary>
    public static bool Hold<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int start, int end)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        for (var from = start - 2; from >= 0 && start - from <= LongestWritten; from--)
        {
            if (LengthAt<TUnit, TUnits>(text, from) is > 0 and var length && IsValid<TUnit, TUnits>(text, from, length, end))
            {
                return true;
            }
        }

        return false;
    }

    // Of the account number whose country stands at the place; 0 for anything else.
    private static int LengthAt<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int from)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        var first = TUnits.At(text, from);
        var second = TUnits.At(text, from + 1);
        if (!char.IsAsciiLetter((char)first) || !char.IsAsciiLetter((char)second)
            || (from > 0 && char.IsAsciiLetterOrDigit((char)TUnits.At(text, from - 1))))
        {
            return 0;
        }

        const int entry = 4;
        for (var i = 0; i < Lengths.Length; i += entry)
        {
            if (Lengths[i] == (first & ~0x20) && Lengths[i + 1] == (second & ~0x20))
            {
                return ((Lengths[i + 2] - '0') * 10) + Lengths[i + 3] - '0';
            }
        }

        return 0;
    }

    private static bool IsValid<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int from, int length, int end)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        const int head = 4;
        Span<char> letters = stackalloc char[Longest];
        var count = 0;
        var at = from;
        for (; at < text.Length && count < length; at++)
        {
            var unit = (char)TUnits.At(text, at);
            if (char.IsAsciiLetterOrDigit(unit))
            {
                letters[count++] = unit;
            }
            else if (unit is not (' ' or '-'))
            {
                return false;
            }
        }

        if (count < length || at < end)
        {
            return false;
        }

        // Country and check digits count last.
        var remainder = 0;
        for (var i = 0; i < length; i++)
        {
            var letter = letters[(i + head) % length];
            remainder = char.IsAsciiDigit(letter)
                ? ((remainder * 10) + letter - '0') % Modulus
                : ((remainder * 100) + (letter & ~0x20) - 'A' + 10) % Modulus;
        }

        return remainder == 1;
    }
}
