using System.Security.Cryptography;
using System.Text;

namespace Fraud.Http.Security.Jwt;

/// <summary>
/// A key that tokens are checked with. Each kind serves one algorithm, whatever a token says: a public key is never
/// used as the secret of an HMAC.
/// </summary>
internal abstract record JwtKey(string? Id, string Algorithm)
{
    public abstract bool Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature);
}

/// <summary>HS256.</summary>
internal sealed record SymmetricKey(byte[] Secret) : JwtKey(null, JwtAlgorithms.Hs256)
{
    public static SymmetricKey Of(string text) => new(Encoding.UTF8.GetBytes(text));

    public override bool Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Secret, signed, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }
}

/// <summary>RS256.</summary>
/// <remarks>The object is made anew each time, because one is not for several threads; tokens are checked once and remembered.</remarks>
internal sealed record RsaKey(string? Id, RSAParameters Public) : JwtKey(Id, JwtAlgorithms.Rs256)
{
    // RFC 7518, section 3.3.
    public const int ShortestModulus = 256;

    public override bool Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        using var rsa = RSA.Create(Public);
        return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}

/// <summary>ES256: P-256, the signature being r and s one after the other.</summary>
internal sealed record EcKey(string? Id, ECParameters Public) : JwtKey(Id, JwtAlgorithms.Es256)
{
    public const int CoordinateBytes = 32;

    public override bool Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        using var ecdsa = ECDsa.Create(Public);
        return signature.Length == 2 * CoordinateBytes
            && ecdsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
