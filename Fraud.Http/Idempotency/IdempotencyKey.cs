using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Fraud.Model.CardNumbers;
using Microsoft.Extensions.Primitives;

namespace Fraud.Http.Idempotency;

/// <summary>A caller's key, as a digest: what is remembered has one size, and names no caller.</summary>
/// <param name="Digest">SHA-256 over caller and key.</param>
internal sealed record IdempotencyKey(byte[] Digest)
{
    public const string Header = "Idempotency-Key";

    public const string Expected = "one quoted string, such as \"8e03978e-40d5-43dd-bc93-6894a57f9324\", of 1 to 255 visible characters";

    private const int MostCharacters = 255;

    /// <summary>First half of the digest; enough to tell keys apart.</summary>
    public UInt128 Id { get; } = BinaryPrimitives.ReadUInt128BigEndian(Digest);

    /// <summary>
    /// Takes a string as structured fields have it (RFC 8941), and the bare text that many clients send.
    /// </summary>
    public static bool TryRead(StringValues header, string caller, CardNumberGuard cards, out IdempotencyKey? key)
    {
        key = null;
        if (header is not [{ } text] || !TryParse(text.AsSpan().Trim(' '), out var value))
        {
            return false;
        }

        // The lengths keep callers and keys apart whatever they contain.
        // The ids of payments are made of it, and a plain digest of a card number could be tried out against all of them: a token cannot.
        key = new IdempotencyKey(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Length}:{caller}{cards.Id(value)}")));
        return true;
    }

    private static bool TryParse(ReadOnlySpan<char> text, out string value)
    {
        value = "";
        var isQuoted = text is ['"', .., '"'] && text.Length >= 2;
        var inside = isQuoted ? text[1..^1] : text;
        if (inside.Length is 0 or > MostCharacters)
        {
            return false;
        }

        var plain = new StringBuilder(inside.Length);
        for (var i = 0; i < inside.Length; i++)
        {
            var c = inside[i];
            if (c == '\\' && isQuoted)
            {
                // Only a quote and a backslash may be escaped.
                if (++i == inside.Length || inside[i] is not ('"' or '\\'))
                {
                    return false;
                }

                c = inside[i];
            }
            else if (c == '"' || c is < ' ' or > '~' || (!isQuoted && c is ' ' or ',' or ';'))
            {
                return false;
            }

            plain.Append(c);
        }

        value = plain.ToString();
        return true;
    }
}
