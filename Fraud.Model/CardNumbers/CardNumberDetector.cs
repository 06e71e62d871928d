using System.Runtime.CompilerServices;

namespace Fraud.Model.CardNumbers;

/// <summary>
/// Finds card numbers in texts: 13 to 19 digits of any script with an issuer's first digits and length and a valid check digit,
/// whatever stands before, behind and between them. Letters do not stand between them. Allocates nothing. Thread-safe.
/// </summary>
public static class CardNumberDetector
{
    /// <summary>Whether there is a card number.</summary>
    public static bool Contains(ReadOnlySpan<byte> utf8, CardNumberReach reach = CardNumberReach.WholeGroups) =>
        DigitCheck.MayHold(utf8, out var from) && TryScan<byte, Utf8Units>(utf8, from, reach, default, out _);

    /// <inheritdoc cref="Contains(ReadOnlySpan{byte}, CardNumberReach)"/>
    public static bool Contains(ReadOnlySpan<char> text, CardNumberReach reach = CardNumberReach.WholeGroups) =>
        DigitCheck.MayHold(text) && TryScan<char, Utf16Units>(text, 0, reach, default, out _);

    /// <summary>
    /// Whether the text is a card number of a usual kind (15 digits of American Express, 16 digits of others but Diners Club) and has
    /// neither another digit nor a letter: behind "user-" it may as well be a counter.
    /// </summary>
    public static bool IsCardNumber(ReadOnlySpan<byte> utf8)
    {
        const int usual = 16;
        const int americanExpress = 15;
        Span<byte> digits = stackalloc byte[IssuerRanges.Longest];
        return TryFind(utf8, 0, CardNumberReach.WholeGroups, digits, out var match)
            && (digits[0] == '3' && digits[1] != '5' ? match.Digits == americanExpress : match.Digits == usual)
            && !HasMore(utf8[..match.Start]) && !HasMore(utf8[match.End..]);
    }

    /// <summary>Finds the next card number.</summary>
    /// <param name="from">Where the search begins: 0, or the end of the number before. The rest of its group is passed over.</param>
    /// <param name="digits">Takes the number as ASCII digits; empty, or room for 19.</param>
    /// <exception cref="ArgumentException"><paramref name="digits"/> is neither empty nor of 19 bytes or more.</exception>
    public static bool TryFind(ReadOnlySpan<byte> utf8, int from, CardNumberReach reach, Span<byte> digits, out CardNumberMatch match)
    {
        match = default;
        return DigitCheck.MayHold(utf8[from..]) && TryScan<byte, Utf8Units>(utf8, from, reach, digits, out match);
    }

    /// <inheritdoc cref="TryFind(ReadOnlySpan{byte}, int, CardNumberReach, Span{byte}, out CardNumberMatch)"/>
    public static bool TryFind(ReadOnlySpan<char> text, int from, CardNumberReach reach, Span<byte> digits, out CardNumberMatch match)
    {
        match = default;
        return DigitCheck.MayHold(text[from..]) && TryScan<char, Utf16Units>(text, from, reach, digits, out match);
    }

    private static bool HasMore(ReadOnlySpan<byte> utf8)
    {
        for (var at = 0; at < utf8.Length;)
        {
            if (Glyph.Read<byte, Utf8Units>(utf8, at, out var length) is <= 9 or Glyph.Break)
            {
                return true;
            }

            at += length;
        }

        return false;
    }

    [SkipLocalsInit]
    private static bool TryScan<TUnit, TUnits>(
        ReadOnlySpan<TUnit> text, int from, CardNumberReach reach, Span<byte> into, out CardNumberMatch match)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        if (into.Length is > 0 and < IssuerRanges.Longest)
        {
            throw new ArgumentException($"expected no room or room for {IssuerRanges.Longest} digits", nameof(into));
        }

        match = default;
        Unsafe.SkipInit(out CardNumberWindow window);
        var count = new CardNumberScan<TUnit, TUnits>(text, reach, from).Next(ref window);
        if (count == 0)
        {
            return false;
        }

        match = new CardNumberMatch(window.Places[0], window.Ends[count - 1] - window.Places[0], count);
        for (var i = 0; i < into.Length && i < count; i++)
        {
            into[i] = (byte)('0' + window.Digits[i]);
        }

        return true;
    }
}
