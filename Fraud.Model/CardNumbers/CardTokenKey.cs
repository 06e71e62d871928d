using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Fraud.Model.CardNumbers;

/// <summary>
/// The secret of <see cref="CardTokens"/>. All nodes have the same one: with another key the same identifier is another token.
/// Never printed; its <see cref="Id"/> is.
/// </summary>
public sealed class CardTokenKey
{
    /// <summary>Fewest bytes of a key: as many as HMAC-SHA-256 puts out.</summary>
    public const int MinBytes = 32;

    /// <summary>Most bytes of a key. HMAC-SHA-256 hashes what is beyond 64.</summary>
    public const int MaxBytes = 1_024;

    // Random bytes have more by far. Fewer is a placeholder, such as zeros or one repeated word.
    private const int FewestDistinct = 12;
    private const int IdBytes = 3;

    private readonly byte[] _bytes;

    private CardTokenKey(byte[] bytes)
    {
        _bytes = bytes;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        // The first byte keeps it apart from all tokens.
        _ = HMACSHA256.HashData(bytes, "\0card token key"u8, hash);
        Id = TokenLetters.ToText(hash[..IdBytes]);
    }

    /// <summary>Six letters that name the key and stand in its tokens, so that a rotation is seen. They say nothing about the key.</summary>
    public string Id { get; }

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads a key, with blanks and line breaks around it as files have them.</summary>
    /// <param name="text">At least 32 bytes in base64, also as addresses write it, or in hexadecimal digits.</param>
    /// <param name="error">What was expected; never a part of the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out CardTokenKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        var bytes = Read(text.Trim());
        error = bytes switch
        {
            null => "expected base64 or hexadecimal digits",
            { Length: < MinBytes } => $"expected at least {MinBytes} bytes, and these are {bytes.Length}",
            { Length: > MaxBytes } => $"expected at most {MaxBytes} bytes, and these are {bytes.Length}",
            _ when bytes.Distinct().Count() < FewestDistinct => "expected random bytes, and these repeat themselves",
            _ => null,
        };
        if (error is not null)
        {
            return false;
        }

        key = new CardTokenKey(bytes!);
        return true;
    }

    /// <exception cref="FormatException">The text is no key; the message says what was expected.</exception>
    public static CardTokenKey Parse(string text) =>
        TryParse(text, out var key, out var error) ? key : throw new FormatException($"key of card tokens: {error}");

    /// <summary>Only the key's name.</summary>
    public override string ToString() => Id;

    // Hexadecimal digits are base64 too. No random key of 32 bytes has only those in base64.
    private static byte[]? Read(string text)
    {
        try
        {
            return text.Length > 0 && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit)
                ? Convert.FromHexString(text)
                : Convert.FromBase64String(Padded(text.Replace('-', '+').Replace('_', '/')));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string Padded(string text) => text.PadRight((text.Length + 3) / 4 * 4, '=');
}
