using System.Security.Cryptography;
using Fraud.Http.Security.Oidc;
using Microsoft.AspNetCore.DataProtection;

namespace Fraud.Tests.Http.Security.Oidc;

public sealed class SessionCipherTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(static i => (byte)i)];

    private static readonly byte[] Text = [1, 2, 3, 4, 5];

    [Fact]
    public void Unprotect_ByAnotherNodeWithTheSameKey_IsTheText()
    {
        var one = Of(Key, "a", "b");

        Assert.Equal(Text, Of(Key, "a", "b").Unprotect(one.Protect(Text)));
        Assert.Empty(one.Unprotect(one.Protect([])));
        Assert.NotEqual(one.Protect(Text), one.Protect(Text));
    }

    [Fact]
    public void Unprotect_AnotherKeyOrPurpose_Throws()
    {
        var text = Of(Key, "a", "bc").Protect(Text);
        var other = Key.ToArray();
        other[31] ^= 1;

        Assert.All(
            new[] { Of(other, "a", "bc"), Of(Key, "ab", "c"), Of(Key, "a", "b"), Of(Key, "a/2:bc"), Of(Key, "a") },
            cipher => Assert.ThrowsAny<CryptographicException>(() => cipher.Unprotect(text)));
    }

    [Fact]
    public void Unprotect_AnyByteChangedOrLost_Throws()
    {
        var cipher = Of(Key, "a");
        var text = cipher.Protect(Text);
        for (var at = 0; at < text.Length; at++)
        {
            var changed = text.ToArray();
            changed[at] ^= 0x80;
            Assert.ThrowsAny<CryptographicException>(() => cipher.Unprotect(changed));
            Assert.ThrowsAny<CryptographicException>(() => cipher.Unprotect(text[..at]));
        }
    }

    private static IDataProtector Of(byte[] key, params string[] purposes) =>
        purposes.Aggregate((IDataProtector)new SessionCipher(key), static (cipher, purpose) => ((IDataProtectionProvider)cipher).CreateProtector(purpose));
}
