using Fraud.Stream.Audit;

namespace Fraud.Tests.Stream.Audit;

public sealed class CardMaskTests
{
    [Theory]
    [InlineData("4111111111111111", "411111******1111")]
    [InlineData("card 4111 1111 1111 1111.", "card 4111 11** **** 1111.")]
    [InlineData("4111-1111-1111-1111", "4111-11**-****-1111")]
    [InlineData("x378282246310005y", "x378282*****0005y")]
    [InlineData("two: 4111111111111111, 5555555555554444", "two: 411111******1111, 555555******4444")]
    [InlineData("4111 1111 1111 1111 12/27", "4111 11** **** 1111 12/27")]
    [InlineData("no 7 4111 1111 1111 1111", "no 7 4111 11** **** 1111")]
    public void Apply_CardNumber_KeepsFirstSixAndLastFour(string text, string expected) =>
        Assert.Equal(expected, CardMask.Apply(text));

    [Theory]
    [InlineData("")]
    [InlineData("4111111111111112")]
    [InlineData("411111111111")]
    [InlineData("order-99994111111111111111")]
    [InlineData("card-3f2a9c11d0b7")]
    [InlineData("4111  1111  1111  1111")]
    [InlineData("2026-01-02 03:04:05")]
    public void Apply_NoCardNumber_IsTheSameText(string text) => Assert.Same(text, CardMask.Apply(text));

    [Fact]
    public void New_LongTextWithCardNumberAtTheCut_IsMaskedThenCut()
    {
        var entry = AuditEntry.New(DateTimeOffset.UnixEpoch, "actor", "action", new string('x', 150) + "4111111111111111", "line\r\n\u001b[2J\ud800");

        Assert.Equal(160, entry.Subject.Length);
        Assert.DoesNotContain("41111111", entry.Subject, StringComparison.Ordinal);
        Assert.Equal("line???[2J?", entry.Detail);
    }
}
