using System.Text;
using CsCheck;
using Fraud.Model;
using Fraud.Model.CardNumbers;

namespace Fraud.Tests.Model.CardNumbers;

public sealed class CardMaskTests
{
    [Theory]
    [InlineData("4111111111111111", "****************")]
    [InlineData("card 4111 1111 1111 1111.", "card **** **** **** ****.")]
    [InlineData("x378282246310005y", "x***************y")]
    [InlineData("two: 4111111111111111, 5555-5555-5555-4444!", "two: ****************, ****-****-****-****!")]
    [InlineData("4111 1111 1111 1111 12/27", "**** **** **** **** 12/27")]
    [InlineData("0004111111111111111 on 2026-01-02", "******************* on 2026-01-02")]
    [InlineData("41111111111111111227123", "***********************")]
    [InlineData("order-99994111111111111111", "order-********************")]
    [InlineData("4111 4222 4333 4004 4004 4008", "**** **** **** **** **** ****")] // three numbers, a group apart
    [InlineData("\uff14\uff11\uff11\uff11 1111 1111 1111", "**** **** **** ****")]
    [InlineData("\ud835\udfd2111111111111111", "*****************")]
    [InlineData("{\"card_id\":\"\\u0034111111111111111\"}", "{\"card_id\":\"*********************\"}")]
    public void Apply_CardNumber_HidesEachDigit(string text, string expected) => Assert.Equal(expected, CardMask.Apply(text));

    [Theory]
    [InlineData("")]
    [InlineData("4111111111111112")]
    [InlineData("card-3f2a9c11d0b7")]
    [InlineData("2026-01-02 03:04:05")]
    public void Apply_NoCardNumber_IsTheSameInstance(string text) => Assert.Same(text, CardMask.Apply(text));

    [Theory]
    [InlineData("6200 4111 1111 1111 1111")]
    [InlineData("4111111111111111 4111111111111111 4111111111111111")]
    [InlineData("3 4111 1111 1111 1111 5")]
    public void Apply_NumbersThatOverlap_LeavesNoneInSight(string text) =>
        Assert.DoesNotContain("1111", CardMask.Apply(text), StringComparison.Ordinal);

    [Fact]
    public void Apply_RecordInPlace_KeepsItsLengthAndTheRest()
    {
        var record = Encoding.UTF8.GetBytes("{\"id\":\"tx_1\",\"card_id\":\"\u0664\u0661\u0661\u0661 1111 1111 1111\",\"event_time\":1760000000123,\"features\":[0.37436,-1.5]}");

        Assert.True(CardMask.Apply(record.AsSpan(), CardNumberReach.Records));

        Assert.Equal(
            "{\"id\":\"tx_1\",\"card_id\":\"******** **** **** ****\",\"event_time\":1760000000123,\"features\":[0.37436,-1.5]}",
            Encoding.UTF8.GetString(record));
    }

    [Fact]
    public void Apply_RecordWithoutCardNumber_IsAsItWas()
    {
        var record = "{\"id\":\"550e8400-e29b-41d4-a716-446655440000\",\"event_time\":1760000000123}"u8.ToArray();
        var before = record.ToArray();

        Assert.False(CardMask.Apply(record.AsSpan(), CardNumberReach.Records));
        Assert.Equal(before, record);
    }

    [Fact]
    public void Apply_ShortText_IsMasked()
    {
        var text = ShortText.From("pos 4111-1111-1111-1111");

        Assert.True(CardMask.Apply(ref text));
        Assert.Equal("pos ****-****-****-****", text.ToString());
        Assert.False(CardMask.Apply(ref text));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("c-00001234", "****")]
    [InlineData("c-0000001234", "****1234")]
    [InlineData("4111111111111111", "****")]
    [InlineData("c-4111-1111-1111-1111", "****")]
    public void Shorten_CardId_ShowsLastFourOfATokenOnly(string cardId, string expected) => Assert.Equal(expected, CardMask.Shorten(cardId));

    [Fact]
    public void Apply_AnyTextWithNumbers_LeavesNoneAndTheSameInBothEncodings() => Gen.Select(
        Gen.Char["0145 -.,:ax"].Array[0, 30], Gen.OneOf(PublishedCardNumbers.All), Gen.Char["0145 -.,:ax"].Array[0, 30])
        .Sample(
            static (before, number, behind) =>
            {
                var text = $"{new string(before)}x{number}x{new string(behind)}";
                var utf8 = Encoding.UTF8.GetBytes(text);

                var masked = CardMask.Apply(text);

                Assert.True(CardMask.Apply(utf8.AsSpan(), CardNumberReach.InsideGroups));
                Assert.Equal(masked, Encoding.UTF8.GetString(utf8));
                Assert.DoesNotContain(number, masked, StringComparison.Ordinal);
                Assert.Equal(text.Length, masked.Length);
                Assert.Same(masked, CardMask.Apply(masked));
            },
            iter: 20_000);
}
