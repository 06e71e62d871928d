using Fraud.Model.CardNumbers;

namespace Fraud.Tests.Model.CardNumbers;

public sealed class CardTokenKeyTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(200, 50).Select(static value => (byte)value)];

    [Fact]
    public void Parse_SameBytesInAnyWriting_IsTheSameKey()
    {
        var base64 = Convert.ToBase64String(Bytes);
        string[] writings =
        [
            base64, base64.TrimEnd('='), base64.Replace('+', '-').Replace('/', '_'), $"  {base64}\r\n",
            Convert.ToHexString(Bytes), Convert.ToHexStringLower(Bytes),
        ];

        Assert.All(writings, writing => Assert.Equal(Bytes, CardTokenKey.Parse(writing).Bytes.ToArray()));
        Assert.Single(writings.Select(static writing => CardTokenKey.Parse(writing).Id).Distinct());
    }

    [Theory]
    [InlineData("", "expected at least 32 bytes, and these are 0")]
    [InlineData("not a key!", "expected base64 or hexadecimal digits")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", "expected at least 32 bytes, and these are 31")]
    [InlineData("000102030405060708090a0b0c0d0e0f", "expected at least 32 bytes, and these are 16")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "expected random bytes, and these repeat themselves")]
    [InlineData("changemechangemechangemechangemechangemechangeme", "expected random bytes, and these repeat themselves")]
    public void TryParse_NoKey_SaysWhatWasExpectedAndNothingOfIt(string text, string expected)
    {
        Assert.False(CardTokenKey.TryParse(text, out var key, out var error));
        Assert.Null(key);
        Assert.Equal(expected, error);
        Assert.Equal($"key of card tokens: {expected}", Assert.Throws<FormatException>(() => CardTokenKey.Parse(text)).Message);
    }

    [Fact]
    public void TryParse_TooLong_SaysSo()
    {
        Assert.False(CardTokenKey.TryParse(Convert.ToBase64String(new byte[1_025]), out _, out var error));
        Assert.Equal("expected at most 1024 bytes, and these are 1025", error);
    }

    [Fact]
    public void ToString_AnyKey_ShowsItsNameOnly()
    {
        var key = CardTokenKey.Parse(Convert.ToHexString(Bytes));

        Assert.Equal(key.Id, key.ToString());
        Assert.Matches("^[bcdfghjkmnpqrtwx]{6}$", key.Id);
        Assert.NotEqual(key.Id, CardTokenKey.Parse(Convert.ToHexString(Bytes[1..])).Id);
    }
}
