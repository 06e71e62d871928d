using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Fraud.Stream.Keys;

/// <summary>How a key looks: <c>fraud_</c>, an id that may be seen, <c>_</c>, and 256 random bits that may not.</summary>
/// <remarks>
/// The store keeps SHA-256 of it. A slow hash (bcrypt, Argon2) protects what people think up, because that can be
/// guessed; 256 random bits cannot, at any speed, so it would cost every request milliseconds and protect nothing.
/// The prefix is for scanners that look for secrets in code and logs.
/// </remarks>
public static class KeyText
{
    public const string Prefix = "fraud_";

    /// <summary>Longest text that is taken for a key at all; ours have 62 characters, those of other systems up to this.</summary>
    public const int MaxLength = 256;

    // 48 bits: among 10,000 keys two are alike once in five million times, and the store refuses the second.
    private const int IdLength = 12;
    private const int SecretBytes = 32;

    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>A new key. Nobody can make it out again once it is forgotten.</summary>
    public static (string Id, string Text) Create()
    {
        var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        Span<byte> secret = stackalloc byte[SecretBytes];
        RandomNumberGenerator.Fill(secret);
        return (id, $"{Prefix}{id}_{Base64Url.EncodeToString(secret)}");
    }

    /// <summary>The id in a key's text; empty when it is no key of ours.</summary>
    public static ReadOnlySpan<char> IdOf(ReadOnlySpan<char> text) =>
        text.Length > Prefix.Length + IdLength && text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length + IdLength] == '_'
            ? text.Slice(Prefix.Length, IdLength)
            : default;

    /// <summary>Writes the hash; makes no object.</summary>
    /// <param name="text">At most <see cref="MaxLength"/> characters.</param>
    /// <param name="hash"><see cref="HashBytes"/> long.</param>
    public static void Hash(ReadOnlySpan<char> text, Span<byte> hash)
    {
        Span<byte> utf8 = stackalloc byte[3 * MaxLength];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(text, utf8)], hash);
    }

    public static byte[] Hash(ReadOnlySpan<char> text)
    {
        var hash = new byte[HashBytes];
        Hash(text, hash);
        return hash;
    }
}
