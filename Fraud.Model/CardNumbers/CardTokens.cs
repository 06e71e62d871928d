using System.Security.Cryptography;
using System.Text;

namespace Fraud.Model.CardNumbers;

/// <summary>
/// Replaces an identifier that holds a card number by a token: "tok_", the key's name, "_" and 40 letters. Thread-safe;
/// allocates nothing.
/// </summary>
/// <remarks>
/// The token is HMAC-SHA-256 of the whole identifier as it was sent, cut to 160 bits. Of the digits alone it would be the same for
/// "4111111111111111-1" and "4111111111111111-2", which are two payments; and two spellings of one number are two identifiers, as they
/// were before. The same identifier has the same token in each field and on each node, so a label finds its payment. Without the key
/// a token cannot be tried out against all card numbers, as a plain hash could. With another key all tokens change: repeats across the
/// change are not recognised, and the key's name in the token says why.
/// </remarks>
public sealed class CardTokens
{
    private const int TokenBytes = 20;

    // Keep tokens and fingerprints apart from the key's name and from each other: all are made with the same key.
    private const byte TokenDomain = 1;
    private const byte FingerprintDomain = 2;

    private readonly CardTokenKey _key;
    private readonly byte[] _prefix;

    public CardTokens(CardTokenKey key)
    {
        _key = key;
        _prefix = Encoding.ASCII.GetBytes($"tok_{key.Id}_");
    }

    /// <summary>Replaces the identifier when it holds a card number; a token, which holds none, stays as it is.</summary>
    /// <returns>Whether it was replaced.</returns>
    public bool ReplaceCardNumber(ref ShortText id)
    {
        if (!CardNumberDetector.Contains(id.Utf8))
        {
            return false;
        }

        Replace(ref id);
        return true;
    }

    /// <summary>Replaces the identifier, whatever it is.</summary>
    public void Replace(ref ShortText id)
    {
        Span<byte> message = stackalloc byte[1 + ShortText.Capacity];
        id.Utf8.CopyTo(message[1..]);
        Span<byte> token = stackalloc byte[ShortText.Capacity];
        _ = id.TrySet(token[..Write(message[..(1 + id.Length)], token)]);
    }

    /// <summary>The token of a text of any length; the same as <see cref="Replace"/> makes of a short one.</summary>
    public string Of(string id)
    {
        var message = new byte[1 + Encoding.UTF8.GetByteCount(id)];
        Encoding.UTF8.GetBytes(id, message.AsSpan(1));
        Span<byte> token = stackalloc byte[ShortText.Capacity];
        return Encoding.ASCII.GetString(token[..Write(message, token)]);
    }

    /// <summary>What a log calls an identifier that must be found nowhere: who has the identifier and the key finds the entry, and no token says the same.</summary>
    public string FingerprintOf(string id)
    {
        var message = new byte[1 + Encoding.UTF8.GetByteCount(id)];
        message[0] = FingerprintDomain;
        Encoding.UTF8.GetBytes(id, message.AsSpan(1));
        return $"fp_{_key.Id}_{TokenLetters.ToText(HMACSHA256.HashData(_key.Bytes, message).AsSpan(0, TokenBytes))}";
    }

    /// <param name="message">The identifier, behind room for one byte.</param>
    private int Write(Span<byte> message, Span<byte> token)
    {
        message[0] = TokenDomain;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _ = HMACSHA256.HashData(_key.Bytes, message, hash);
        _prefix.CopyTo(token);
        TokenLetters.Write(hash[..TokenBytes], token[_prefix.Length..]);
        return _prefix.Length + (2 * TokenBytes);
    }
}
