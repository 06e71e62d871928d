using System.Buffers.Text;

namespace Fraud.Model.Decoding;

/// <summary>The 30 columns of the card data set, in its order.</summary>
public static class PayloadColumns
{
    public static IReadOnlyList<string> Names { get; } =
        ["Time", .. Enumerable.Range(1, 28).Select(static number => $"V{number}"), "Amount"];

    /// <summary>Position of a column, or -1. Names are case-sensitive: "amount" is a payment's field.</summary>
    public static int IndexOf(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("Time"u8))
        {
            return 0;
        }

        if (name.SequenceEqual("Amount"u8))
        {
            return 29;
        }

        return name.Length is 2 or 3 && name[0] == (byte)'V' && name[1] != (byte)'0'
            && Utf8Parser.TryParse(name[1..], out int number, out var consumed)
            && consumed == name.Length - 1 && number is >= 1 and <= 28
            ? number
            : -1;
    }
}
