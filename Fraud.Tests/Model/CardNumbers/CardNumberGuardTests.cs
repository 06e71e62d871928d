using System.Text;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.CardNumbers;

public sealed class CardNumberGuardTests
{
    private const string Number = "4111111111111111";
    private readonly CardNumberGuard _guard = Guards.New();

    [Theory]
    [InlineData(Number)]
    [InlineData("4111-1111-1111-1111")]
    [InlineData("(4111 1111 1111 1111)")]
    [InlineData("4111\\xa01111\\xa01111\\xa01111")]
    public void TryCard_CardNumberAndNothingElse_IsRefused(string text)
    {
        var id = ShortText.From(text);

        Assert.False(_guard.TryCard(ref id));
        Assert.Equal((1, 0), (_guard.Refused, _guard.Replaced));
    }

    [Theory]
    [InlineData(Number + "-2")]
    [InlineData("164111111111111111")]
    [InlineData("30569309025904")]
    [InlineData("card: 4111 1111 1111 1111")]
    [InlineData("user-5105105105105100")]
    [InlineData("1228378282246310005")]
    [InlineData("%22378282246310005%22")]
    [InlineData("3fa9c1db4111111111111111")]
    [InlineData("4111 +1111 +1111 +1111")]
    public void TryCard_NumberAmongOtherDigitsOrOfARareKind_BecomesAToken(string text)
    {
        var id = ShortText.From(text);

        Assert.True(_guard.TryCard(ref id));
        Assert.StartsWith("tok_", id.ToString(), StringComparison.Ordinal);
        Assert.Equal((0, 1), (_guard.Refused, _guard.Replaced));
    }

    [Fact]
    public void TryOther_SameIdentifier_IsTheSameTokenAndOneStaysOne()
    {
        var (first, second) = (ShortText.From(Number), ShortText.From(Number));
        Assert.True(_guard.TryOther(ref first) && Guards.New().TryOther(ref second));
        Assert.Equal(first, second);
        var again = first;

        Assert.True(_guard.TryOther(ref again) && _guard.TryCard(ref again));
        Assert.Equal(first, again);
    }

    [Fact]
    public void TryOther_Ordinary_StaysAndCountsNothing()
    {
        var id = ShortText.From("order-20261130-000123");

        Assert.True(_guard.TryOther(ref id) && _guard.TryCard(ref id) && _guard.TryText(ref id));
        Assert.Equal(("order-20261130-000123", 0, 0, 0), (id.ToString(), _guard.Refused, _guard.Replaced, _guard.Masked));
    }

    [Fact]
    public void TryCard_Tokenize_RefusesNone()
    {
        var id = ShortText.From(Number);

        Assert.True(Guards.New(CardNumberPolicy.Tokenize, CardNumberPolicy.Tokenize).TryCard(ref id));
        Assert.StartsWith("tok_", id.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TryOther_NoKey_RefusesWhatWouldBecomeAToken()
    {
        var guard = new CardNumberGuard(new CardNumberOptions(), key: null);
        var id = ShortText.From(Number + "-2");

        Assert.False(guard.TryOther(ref id));
        Assert.Equal(Number + "-2", id.ToString());
    }

    [Fact]
    public void TryText_Number_IsMasked()
    {
        var text = ShortText.From($"pos {Number} x");

        Assert.True(_guard.TryText(ref text));
        Assert.Equal("pos **************** x", text.ToString());
        Assert.Equal("called about ****-****-****-****", _guard.Text("called about 4111-1111-1111-1111"));
        Assert.Equal("at ****************", Encoding.UTF8.GetString(_guard.Hide(Encoding.UTF8.GetBytes($"at {Number}"))));
        Assert.Equal("{\"x\":*.***************E15}", Encoding.UTF8.GetString(_guard.Hide("{\"x\":4.111111111111111E15}"u8.ToArray())));
        Assert.Equal("v1.****************", Encoding.UTF8.GetString(_guard.HideKey(Encoding.UTF8.GetBytes($"v1.{Number}"))));
        Assert.Equal(5, _guard.Masked);
    }

    [Fact]
    public void Text_Refuse_TakesNoNumber()
    {
        var guard = new CardNumberGuard(new CardNumberOptions { Texts = CardNumberPolicy.Refuse }, CardTokenKey.Parse(TestTokenKey.Hex));
        var text = ShortText.From(Number);

        Assert.Null(guard.Text($"at {Number}"));
        Assert.Equal("at noon", guard.Text("at noon"));
        Assert.False(guard.TryText(ref text));
    }

    [Fact]
    public void Id_LongEventId_IsATokenThatTellsRepeats()
    {
        var id = $"evt_{new string('x', 200)}_{Number}";

        Assert.Equal(_guard.Id(id), Guards.New().Id(id));
        Assert.NotEqual(_guard.Id(id), _guard.Id(id.Replace("_4111", "_5111", StringComparison.Ordinal)));
        Assert.StartsWith("tok_", _guard.Id(id), StringComparison.Ordinal);
        Assert.Equal("evt_1", _guard.Id("evt_1"));
    }

    [Fact]
    public void Off_Number_StaysEverywhere()
    {
        var id = ShortText.From(Number);

        Assert.True(CardNumberGuard.Off.TryCard(ref id) && CardNumberGuard.Off.TryOther(ref id) && CardNumberGuard.Off.TryText(ref id));
        Assert.Equal((Number, Number, Number), (id.ToString(), CardNumberGuard.Off.Text(Number), CardNumberGuard.Off.Id(Number)));
    }
}
