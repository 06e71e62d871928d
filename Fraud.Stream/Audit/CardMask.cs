using System.Text;
using Fraud.Model.Decoding;

namespace Fraud.Stream.Audit;

/// <summary>Card numbers in a text: the first six and the last four digits stay, as PCI DSS 3.4 allows.</summary>
public static class CardMask
{
    private const int Shortest = 13;
    private const int Longest = 19;
    private const int ShownFirst = 6;
    private const int ShownLast = 4;

    /// <summary>
    /// Masks 13 to 19 digits whose check digit is right, also in groups with single blanks or hyphens between them.
    /// Part of a longer group is none: every tenth such part of an id would be taken for one. Returns the same text when
    /// there is no card number.
    /// </summary>
    public static string Apply(string text)
    {
        StringBuilder? masked = null;
        Span<int> places = stackalloc int[Longest];
        Span<byte> digits = stackalloc byte[Longest];
        for (var start = 0; start < text.Length; start++)
        {
            if (!IsDigit(text, start) || IsDigit(text, start - 1))
            {
                continue;
            }

            var count = Collect(text, start, places, digits);
            while (count >= Shortest && (IsDigit(text, places[count - 1] + 1) || !FieldReaders.LooksLikeCardNumber(digits[..count])))
            {
                count--;
            }

            if (count >= Shortest)
            {
                masked ??= new StringBuilder(text);
                for (var i = ShownFirst; i < count - ShownLast; i++)
                {
                    masked[places[i]] = '*';
                }

                start = places[count - 1];
            }
        }

        return masked?.ToString() ?? text;
    }

    private static int Collect(string text, int start, Span<int> places, Span<byte> digits)
    {
        var count = 0;
        for (var i = start; i < text.Length && count < Longest; i++)
        {
            if (IsDigit(text, i))
            {
                (places[count], digits[count]) = (i, (byte)text[i]);
                count++;
            }
            else if (text[i] is not (' ' or '-') || !IsDigit(text, i + 1))
            {
                break;
            }
        }

        return count;
    }

    private static bool IsDigit(string text, int at) => (uint)at < (uint)text.Length && char.IsAsciiDigit(text[at]);
}
