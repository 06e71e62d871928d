using System.Text;

namespace Fraud.Model.CardNumbers;

/// <summary>
/// Bytes as letters, two each. Sixteen consonants: no digits, so that a token is never taken for a card number; no vowels, so that it
/// is no word; nothing that looks like a digit or like another of them.
/// </summary>
internal static class TokenLetters
{
    private static ReadOnlySpan<byte> Letters => "bcdfghjkmnpqrtwx"u8;

    public static void Write(ReadOnlySpan<byte> bytes, Span<byte> into)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            into[2 * i] = Letters[bytes[i] >> 4];
            into[(2 * i) + 1] = Letters[bytes[i] & 15];
        }
    }

    public static string ToText(ReadOnlySpan<byte> bytes)
    {
        Span<byte> letters = stackalloc byte[2 * bytes.Length];
        Write(bytes, letters);
        return Encoding.ASCII.GetString(letters);
    }
}
