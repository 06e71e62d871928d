using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fraud.Model.CardNumbers;

/// <summary>
/// The way out for nearly all texts: whether there can be 13 digits without a letter between them. A few vectors for up to
/// 64 bytes, which every identifier has.
/// </summary>
internal static class DigitCheck
{
    private const int Bits = 64;

    /// <summary>False when there is no card number for certain.</summary>
    public static bool MayHold(ReadOnlySpan<byte> utf8) => MayHold(utf8, out _);

    /// <inheritdoc cref="MayHold(ReadOnlySpan{byte})"/>
    /// <param name="from">No number begins before this place, and it is inside no group of digits that begins before it.</param>
    public static bool MayHold(ReadOnlySpan<byte> utf8, out int from)
    {
        from = 0;
        if (utf8.Length < IssuerRanges.Shortest)
        {
            return false;
        }

        if (utf8.Length > Bits)
        {
            return MayHoldLong(utf8);
        }

        var kinds = default(Kinds);
        if (utf8.Length < Vector128<byte>.Count)
        {
            Span<byte> padded = stackalloc byte[Vector128<byte>.Count];
            padded.Clear();
            utf8.CopyTo(padded);
            kinds.Add(Vector128.Create<byte>(padded), 0);
        }
        else
        {
            // The last vector overlaps the one before it: a bit is set twice.
            ref var first = ref MemoryMarshal.GetReference(utf8);
            var last = utf8.Length - Vector128<byte>.Count;
            for (var i = 0; i < last; i += Vector128<byte>.Count)
            {
                kinds.Add(Vector128.LoadUnsafe(ref first, (nuint)i), i);
            }

            kinds.Add(Vector128.LoadUnsafe(ref first, (nuint)last), last);
        }

        // A digit of another script is two bytes at least, an escaped one has a letter: those texts are read in full.
        if (kinds.Others != 0)
        {
            return true;
        }

        // Where 13 places in a row have no letter: 2, 4, 8, and 13.
        var runs = ~kinds.Letters & (ulong.MaxValue >> (Bits - utf8.Length));
        runs &= runs >> 1;
        runs &= runs >> 2;
        runs &= runs >> 4;
        runs &= runs >> 5;
        from = BitOperations.TrailingZeroCount(runs);
        return runs != 0 && BitOperations.PopCount(kinds.Digits >> from) >= IssuerRanges.Shortest;
    }

    /// <inheritdoc cref="MayHold(ReadOnlySpan{byte})"/>
    public static bool MayHold(ReadOnlySpan<char> text)
    {
        var digits = 0;
        foreach (var unit in text)
        {
            // What is not ASCII, and an escape, may be a digit.
            digits += (uint)(unit - '0') <= 9 || unit is '\\' or '%' or '&' or > '\u007f' ? 1 : 0;
        }

        return digits >= IssuerRanges.Shortest;
    }

    private static bool MayHoldLong(ReadOnlySpan<byte> utf8)
    {
        var digits = 0;
        foreach (var unit in utf8)
        {
            digits += (uint)(unit - '0') <= 9 || unit is (byte)'\\' or (byte)'%' or (byte)'&' or > 0x7F ? 1 : 0;
        }

        return digits >= IssuerRanges.Shortest;
    }

    // One bit for each byte of a text.
    private struct Kinds
    {
        public ulong Digits;
        public ulong Letters;
        public ulong Others;

        public void Add(Vector128<byte> bytes, int at)
        {
            Digits |= (ulong)InRange(bytes, '0', '9').ExtractMostSignificantBits() << at;
            Letters |= (ulong)InRange(bytes | Vector128.Create((byte)0x20), 'a', 'z').ExtractMostSignificantBits() << at;
            Others |= (ulong)(bytes | Are(bytes, '\\') | Are(bytes, '%') | Are(bytes, '&') | Are(bytes, '<') | Are(bytes, '=')).ExtractMostSignificantBits() << at;
        }

        private static Vector128<byte> Are(Vector128<byte> bytes, char sign) => Vector128.Equals(bytes, Vector128.Create((byte)sign));

        private static Vector128<byte> InRange(Vector128<byte> bytes, char first, char last) =>
            Vector128.LessThanOrEqual(bytes - Vector128.Create((byte)first), Vector128.Create((byte)(last - first)));
    }
}
