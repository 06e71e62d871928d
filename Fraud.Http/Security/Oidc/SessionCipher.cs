using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Fraud.Http.Security.Oidc;

/// <summary>
/// Encrypts what a browser keeps of a sign-in: AES-256-GCM with a key of its own for each purpose, derived from the one that all
/// nodes are given (HKDF), so that a cookie of one node is good at another and after a restart.
/// </summary>
/// <remarks>
/// ASP.NET's own key ring is a folder or a database that nodes share; here the store is none that it knows, and nodes share no folder.
/// A new key ends all sessions. Cookies are few: random nonces of 96 bits suffice for 2^32 of them.
/// </remarks>
internal sealed class SessionCipher(byte[] key, string purpose = "") : IDataProtector
{
    // So that a later form can be told from this one.
    private const byte Form = 1;

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: Encoding.UTF8.GetBytes("fraud session" + purpose));

    // The length keeps ("a", "bc") and ("ab", "c") apart.
    IDataProtector IDataProtectionProvider.CreateProtector(string part) =>
        new SessionCipher(key, string.Create(CultureInfo.InvariantCulture, $"{purpose}/{part.Length}:{part}"));

    public byte[] Protect(byte[] plaintext)
    {
        var text = new byte[1 + NonceBytes + TagBytes + plaintext.Length];
        text[0] = Form;
        var nonce = text.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_key, TagBytes);
        cipher.Encrypt(nonce, plaintext, text.AsSpan(1 + NonceBytes + TagBytes), text.AsSpan(1 + NonceBytes, TagBytes), text.AsSpan(0, 1));
        return text;
    }

    /// <exception cref="CryptographicException">Another key or purpose made it, or it was changed.</exception>
    public byte[] Unprotect(byte[] protectedData)
    {
        if (protectedData.Length < 1 + NonceBytes + TagBytes || protectedData[0] != Form)
        {
            throw new CryptographicException("It is no text of this cipher.");
        }

        var plain = new byte[protectedData.Length - 1 - NonceBytes - TagBytes];
        using var cipher = new AesGcm(_key, TagBytes);
        cipher.Decrypt(
            protectedData.AsSpan(1, NonceBytes), protectedData.AsSpan(1 + NonceBytes + TagBytes), protectedData.AsSpan(1 + NonceBytes, TagBytes), plain,
            protectedData.AsSpan(0, 1));
        return plain;
    }
}
