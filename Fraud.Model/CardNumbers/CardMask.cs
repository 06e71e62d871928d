using System.Runtime.CompilerServices;

namespace Fraud.Model.CardNumbers;

/// <summary>Hides card numbers in texts: each digit of a group that a number touches becomes an asterisk.</summary>
/// <remarks>
/// PCI DSS 3.4 would allow the first six and last four digits to be shown. None is, because identifiers of the same payment may
/// hold a keyed token of the number: who has the token and ten digits tries a million numbers, not a hundred million million.
/// So identifiers hold tokens, texts hold asterisks, and no part of a number is kept anywhere.
/// </remarks>
public static class CardMask
{
    private const string Hidden = "****";
    private const int ShortestShown = 12;
    private const int LastShown = 4;

    /// <summary>The text without its card numbers, as long as before; the same instance when there is none.</summary>
    public static string Apply(string text)
    {
        if (!CardNumberDetector.Contains(text, CardNumberReach.InsideGroups))
        {
            return text;
        }

        return string.Create(text.Length, text, static (into, from) =>
        {
            from.CopyTo(into);
            _ = Apply(into, CardNumberReach.InsideGroups);
        });
    }

    /// <summary>Hides the numbers in place.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Apply(Span<char> text, CardNumberReach reach) => DigitCheck.MayHold(text) && Hide<char, Utf16Units>(text, reach);

    /// <summary>
    /// Hides the numbers in place: a digit of several bytes, or an escaped one (\u0034), becomes as many asterisks. A JSON
    /// number becomes something that is no JSON.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    public static bool Apply(Span<byte> utf8, CardNumberReach reach) => DigitCheck.MayHold(utf8) && Hide<byte, Utf8Units>(utf8, reach);

    /// <summary>Hides the numbers in place.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Apply(ref ShortText text)
    {
        Span<byte> utf8 = stackalloc byte[ShortText.Capacity];
        utf8 = utf8[..text.Length];
        text.Utf8.CopyTo(utf8);
        return Apply(utf8, CardNumberReach.InsideGroups) && text.TrySet(utf8);
    }

    /// <summary>
    /// A card's identifier as lists show it, enough to tell two apart: the last four characters of a long one, nothing of a short
    /// one or of one that holds a card number.
    /// </summary>
    public static string Shorten(string cardId) => cardId.Length switch
    {
        0 => "",
        < ShortestShown => Hidden,
        _ => CardNumberDetector.Contains(cardId, CardNumberReach.InsideGroups) ? Hidden : Hidden + cardId[^LastShown..],
    };

    [SkipLocalsInit]
    private static bool Hide<TUnit, TUnits>(Span<TUnit> text, CardNumberReach reach)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        Unsafe.SkipInit(out CardNumberWindow window);
        var scan = new CardNumberScan<TUnit, TUnits>(text, reach, 0);
        int start = 0, end = 0;
        while (scan.Next(ref window) is > 0 and var digits)
        {
            // The next number may begin within this one, so its digits are still needed: numbers that overlap are hidden together.
            if (window.Places[0] >= end)
            {
                Hide<TUnit, TUnits>(text, start, end);
                start = scan.GroupStart;
            }

            end = Math.Max(end, window.Ends[digits - 1]);
        }

        Hide<TUnit, TUnits>(text, start, end);
        return end > 0;
    }

    // Each digit between the places, and those that follow in the same group.
    private static void Hide<TUnit, TUnits>(Span<TUnit> text, int start, int end)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        for (var at = start; at < text.Length && end > 0;)
        {
            var isDigit = Glyph.Read<TUnit, TUnits>(text, at, out var length) <= 9;
            if (isDigit)
            {
                text.Slice(at, length).Fill(TUnits.Hidden);
            }
            else if (at >= end)
            {
                break;
            }

            at += length;
        }
    }
}
