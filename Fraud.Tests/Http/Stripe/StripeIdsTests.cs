using Fraud.Http.Stripe;
using Fraud.Model;

namespace Fraud.Tests.Http.Stripe;

public sealed class StripeIdsTests
{
    [Theory]
    [InlineData("ch_1", "ch_1")]
    [InlineData("  ch_1 ", "ch_1")]
    [InlineData("", "")]
    public void TrySet_ShortText_IsItself(string text, string expected) => Assert.Equal(expected, Set(text));

    [Fact]
    public void TrySet_LongTexts_AreAlwaysTheSameAndNeverEachOthers()
    {
        var (one, other) = (new string('a', 254) + "1", new string('a', 254) + "2");

        Assert.Equal(Set(one), Set(one));
        Assert.NotEqual(Set(one), Set(other));
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(Set(one)!), 34, ShortText.Capacity);
    }

    [Fact]
    public void TrySet_LetterOfSeveralBytes_CountsItsBytes()
    {
        Assert.Equal(new string('é', 31), Set(new string('é', 31)));
        Assert.StartsWith("~", Set(new string('é', 32)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ch\n1")]
    [InlineData("ch\u00011")]
    [InlineData("\t")]
    public void TrySet_ControlCharacters_IsRefused(string text) => Assert.Null(Set(text));

    [Fact]
    public void TrySet_NoRoomForTheDigest_IsRefused()
    {
        ShortText into = default;

        Assert.False(StripeIds.TrySet(new string('a', 31), 30, ref into));
        Assert.True(StripeIds.TrySet(new string('a', 30), 30, ref into));
    }

    private static string? Set(string text)
    {
        ShortText into = default;
        return StripeIds.TrySet(text, ShortText.Capacity, ref into) ? into.ToString() : null;
    }
}
