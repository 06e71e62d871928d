using System.Runtime.CompilerServices;

namespace Fraud.Model.CardNumbers;

/// <summary>
/// Up to 19 digits from one place of a text on, whatever stands between them, and which of their first 13 to 19 could be a card
/// number. Held in place: a search allocates nothing.
/// </summary>
internal struct CardNumberWindow
{
    // " - " is three; tables and brackets take more. Longer gaps join what is not one number.
    private const int MostSeparators = 5;
    private const int PrefixDigits = 4;

    /// <summary>The digits' values.</summary>
    public DigitValues Digits;

    /// <summary>Where each digit begins in the text.</summary>
    public DigitPlaces Places;

    /// <summary>Where each digit ends in the text.</summary>
    public DigitPlaces Ends;

    /// <summary>Digits that were read.</summary>
    public int Count;

    /// <summary>Bit n is set where a group of digits ends with the n-th digit.</summary>
    public uint Edges;

    /// <summary>Bit n is set where the first n digits have a valid check digit and are a length of their issuer.</summary>
    public uint Candidates;

    /// <summary>Whether the first digits stand together, without anything between them.</summary>
    public readonly bool IsOneGroup(int digits) => (Edges & ((1u << digits) - 1)) == 0;

    /// <summary>Reads from a digit on; false when no first 13 to 19 digits could be a card number.</summary>
    public bool TryRead<TUnit, TUnits>(ReadOnlySpan<TUnit> text, int start)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        Count = 0;
        Edges = 0;
        Candidates = 0;
        uint lengths = 0;
        int prefix = 0, doubledEven = 0, doubledOdd = 0, separators = 0;
        var isGap = false;
        for (var at = start; at < text.Length;)
        {
            var kind = Glyph.Read<TUnit, TUnits>(text, at, out var length);
            if (kind <= 9)
            {
                if (isGap)
                {
                    Edges |= 1u << Count;
                }

                if (Count == IssuerRanges.Longest)
                {
                    return Candidates != 0;
                }

                // The check digit's neighbour is doubled, so whether even or odd places are depends on the length: both are summed.
                var doubled = kind > 4 ? (2 * kind) - 9 : 2 * kind;
                (doubledEven, doubledOdd) = (Count & 1) == 0 ? (doubledEven + doubled, doubledOdd + kind) : (doubledEven + kind, doubledOdd + doubled);
                (Digits[Count], Places[Count], Ends[Count]) = ((byte)kind, at, at + length);
                Count++;
                (isGap, separators) = (false, 0);
                if (Count <= PrefixDigits)
                {
                    prefix = (prefix * 10) + kind;
                    if (Count == PrefixDigits && (lengths = IssuerRanges.LengthsOf(prefix)) == 0)
                    {
                        return false;
                    }
                }
                else if (((Count & 1) == 0 ? doubledEven : doubledOdd) % 10 == 0)
                {
                    Candidates |= lengths & (1u << Count);
                }
            }
            else if (kind == Glyph.Break || (kind == Glyph.Separator && ++separators > MostSeparators))
            {
                break;
            }
            else
            {
                isGap = true;
            }

            at += length;
        }

        Edges |= 1u << Count;
        return Candidates != 0;
    }

    [InlineArray(IssuerRanges.Longest)]
    internal struct DigitValues
    {
        private byte _first;
    }

    [InlineArray(IssuerRanges.Longest)]
    internal struct DigitPlaces
    {
        private int _first;
    }
}
