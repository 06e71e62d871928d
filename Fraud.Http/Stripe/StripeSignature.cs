using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fraud.Http.Stripe;

/// <summary>
/// Checks the header <c>Stripe-Signature: t=SECONDS,v1=HEX,...</c>: HMAC-SHA256 of "t.body" under one of the secrets,
/// made not too far from now. Thread-safe.
/// </summary>
internal sealed class StripeSignature(StripeOptions options, TimeProvider time)
{
    public const string Header = "Stripe-Signature";

    // Stripe signs once a secret, and has at most two of them; the rest of a longer header is not looked at.
    private const int MostSignatures = 16;

    private readonly byte[][] _secrets = [.. options.Secrets.Select(Encoding.UTF8.GetBytes)];

    public bool IsConfigured => _secrets.Length > 0;

    public bool IsValid(string? header, ReadOnlySpan<byte> body)
    {
        if (!TryParse(header, out var at, out var signatures))
        {
            return false;
        }

        var age = time.GetUtcNow().ToUnixTimeSeconds() - (decimal)long.Parse(at, CultureInfo.InvariantCulture);
        if (Math.Abs(age) > (decimal)options.Tolerance.TotalSeconds)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var isValid = false;
        foreach (var secret in _secrets)
        {
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
            hmac.AppendData(Encoding.ASCII.GetBytes(at));
            hmac.AppendData("."u8);
            hmac.AppendData(body);
            hmac.GetHashAndReset(expected);
            foreach (var signature in signatures)
            {
                isValid |= CryptographicOperations.FixedTimeEquals(expected, signature);
            }
        }

        return isValid;
    }

    /// <summary>The header for a body, as Stripe makes it: for tests and examples.</summary>
    public static string Make(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(seconds), (byte)'.', .. body];
        return $"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    private static bool TryParse(string? header, out string at, out List<byte[]> signatures)
    {
        at = "";
        signatures = [];
        foreach (var part in (header ?? "").Split(','))
        {
            var (name, value) = part.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
                ? (part[..equals].Trim(), part[(equals + 1)..].Trim())
                : (part, "");
            if (name == "t" && at.Length == 0 && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                at = value;
            }
            else if (name == "v1" && value.Length == 2 * HMACSHA256.HashSizeInBytes && value.All(char.IsAsciiHexDigit)
                && signatures.Count < MostSignatures)
            {
                signatures.Add(Convert.FromHexString(value));
            }
        }

        return at.Length > 0 && signatures.Count > 0;
    }
}
