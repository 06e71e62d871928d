using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Fraud.Model;

namespace Fraud.Http.Stripe;

/// <summary>Stripe's texts as identifiers here. Its ids may grow to 255 characters and its metadata to 500, ours hold 63 bytes.</summary>
internal static class StripeIds
{
    private const int PrefixLength = 20;

    // 24 bytes of the digest: no two texts will ever share them.
    private const int DigestBytes = 24;

    /// <summary>Puts a text in place, without blanks around it; one that is too long as its beginning and a digest of all of it, always the same.</summary>
    /// <returns>False when it holds control characters, or <paramref name="longest"/> has no room for the digest.</returns>
    public static bool TrySet(string text, int longest, ref ShortText into)
    {
        text = text.Trim(' ');
        if (text.Any(char.IsControl))
        {
            return false;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > longest)
        {
            var prefix = string.Concat(text.Take(PrefixLength).Where(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'));
            bytes = Encoding.ASCII.GetBytes($"{prefix}~{Base64Url.EncodeToString(SHA256.HashData(bytes).AsSpan(0, DigestBytes))}");
        }

        return bytes.Length <= longest && into.TrySet(bytes);
    }
}
