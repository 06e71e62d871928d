using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.CardNumbers;

public sealed class CardTokensTests
{
    private static readonly CardTokenKey Key = CardTokenKey.Parse(Hex(1));

    [Fact]
    public void Replace_KnownKeyAndId_IsThisTokenForEver()
    {
        // Made with HMAC-SHA-256 outside of the class: stored tokens must keep their meaning from version to version.
        byte[] message = [1, .. "order-4111111111111111-1"u8];
        var hash = HMACSHA256.HashData(Convert.FromHexString(Hex(1)), message);
        var expected = new StringBuilder($"tok_{Key.Id}_");
        foreach (var part in hash[..20])
        {
            expected.Append("bcdfghjkmnpqrtwx"[part >> 4]).Append("bcdfghjkmnpqrtwx"[part & 15]);
        }

        Assert.Equal(expected.ToString(), Token("order-4111111111111111-1"));
    }

    [Fact]
    public void Replace_TwoNodesWithOneKey_MakeTheSameToken()
    {
        var first = ShortText.From("4111111111111111");
        var second = first;

        new CardTokens(CardTokenKey.Parse(Hex(1))).Replace(ref first);
        new CardTokens(CardTokenKey.Parse($" {Convert.ToBase64String(Convert.FromHexString(Hex(1)))}\n")).Replace(ref second);

        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData("order-4111111111111111-1", "order-4111111111111111-2")]
    [InlineData("4111111111111111", "04111111111111111")]
    [InlineData("4111111111111111", "4111-1111-1111-1111")]
    [InlineData("4111111111111111", "5555555555554444")]
    public void Replace_TwoIdentifiers_StayTwo(string first, string second) => Assert.NotEqual(Token(first), Token(second));

    [Fact]
    public void Replace_AnotherKey_IsAnotherTokenThatNamesIt()
    {
        var key = CardTokenKey.Parse(Hex(2));
        var id = ShortText.From("4111111111111111");

        new CardTokens(key).Replace(ref id);

        Assert.StartsWith($"tok_{key.Id}_", id.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(Token("4111111111111111")[(5 + Key.Id.Length)..], id.ToString()[(5 + key.Id.Length)..]);
    }

    [Theory]
    [InlineData("order-4111 1111 1111 1111", true)]
    [InlineData("550e8400-e29b-41d4-a716-446655440000", false)]
    [InlineData("1760000000123", false)]
    public void ReplaceCardNumber_OnlyWhereThereIsOne_Replaces(string text, bool expected)
    {
        var id = ShortText.From(text);

        Assert.Equal(expected, new CardTokens(Key).ReplaceCardNumber(ref id));
        Assert.Equal(expected, id != ShortText.From(text));
    }

    [Fact]
    public void ReplaceCardNumber_AnyToken_StaysAsItIs() => Any.Text.Sample(static id =>
    {
        var tokens = new CardTokens(Key);
        tokens.Replace(ref id);
        var token = id;

        Assert.False(tokens.ReplaceCardNumber(ref id));
        Assert.Equal(token, id);
        Assert.False(CardNumberDetector.Contains(id.Utf8, CardNumberReach.InsideGroups));
        Assert.Matches("^tok_[bcdfghjkmnpqrtwx]{6}_[bcdfghjkmnpqrtwx]{40}$", id.ToString());
    });

    [Fact]
    public void Replace_ManyIds_AllocatesNothing()
    {
        var tokens = new CardTokens(Key);
        var id = ShortText.From("4111111111111111");
        tokens.Replace(ref id);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++)
        {
            tokens.Replace(ref id);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Replace_ManyThreads_MakeTheSameTokens()
    {
        var tokens = new CardTokens(Key);
        var expected = Enumerable.Range(0, 500).Select(static i => Token($"4111111111111111-{i}")).ToArray();

        Parallel.For(0, 2_000, i =>
        {
            var id = ShortText.From($"4111111111111111-{i % 500}");
            tokens.Replace(ref id);
            Assert.Equal(expected[i % 500], id.ToString());
        });
    }

    private static string Token(string text)
    {
        var id = ShortText.From(text);
        new CardTokens(Key).Replace(ref id);
        return id.ToString();
    }

    private static string Hex(int first) => Convert.ToHexString([.. Enumerable.Range(first, CardTokenKey.MinBytes).Select(static value => (byte)value)]);
}
