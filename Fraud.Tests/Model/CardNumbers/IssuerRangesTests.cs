using Fraud.Model.CardNumbers;

namespace Fraud.Tests.Model.CardNumbers;

public sealed class IssuerRangesTests
{
    public static TheoryData<string> Published => PublishedCardNumbers.Theory;

    [Theory]
    [MemberData(nameof(Published))]
    public void LengthsOf_PublishedNumber_HasItsLength(string number) => Assert.True(Has(int.Parse(number[..4]), number.Length));

    [Theory]
    [InlineData(4000, 16, true)]
    [InlineData(4999, 13, true)]
    [InlineData(4000, 14, false)]
    [InlineData(4000, 18, false)]
    [InlineData(2220, 16, false)]
    [InlineData(2221, 16, true)]
    [InlineData(2720, 16, true)]
    [InlineData(2721, 16, false)]
    [InlineData(5099, 15, true)]
    [InlineData(5100, 15, false)]
    [InlineData(5599, 16, true)]
    [InlineData(5900, 16, false)]
    [InlineData(3400, 15, true)]
    [InlineData(3500, 15, false)]
    [InlineData(3527, 16, false)]
    [InlineData(3528, 19, true)]
    [InlineData(3589, 16, true)]
    [InlineData(3590, 16, false)]
    [InlineData(3059, 14, true)]
    [InlineData(3060, 14, false)]
    [InlineData(3095, 14, true)]
    [InlineData(6100, 15, true)]
    [InlineData(6759, 13, true)]
    [InlineData(2204, 19, true)]
    [InlineData(2205, 19, false)]
    [InlineData(8299, 16, true)]
    [InlineData(8300, 16, false)]
    [InlineData(9792, 16, true)]
    [InlineData(1760, 13, false)]
    [InlineData(1354, 15, false)]
    [InlineData(7000, 16, false)]
    [InlineData(0, 16, false)]
    public void LengthsOf_EdgeOfARange_IsInOrOut(int firstFour, int length, bool expected) => Assert.Equal(expected, Has(firstFour, length));

    [Theory]
    [InlineData(-1)]
    [InlineData(10_000)]
    [InlineData(int.MaxValue)]
    public void LengthsOf_NotFourDigits_HasNone(int firstFour) => Assert.Equal(0u, IssuerRanges.LengthsOf(firstFour));

    // Four digits are looked up, ranges have six: what is narrower lies within a wider range, or ids would be taken for numbers.
    [Fact]
    public void LengthsOf_AnySixDigits_AreThoseOfTheRangesExactly()
    {
        var ranges = IssuerRanges.All.ToArray();
        for (var prefix = 0; prefix < 1_000_000; prefix++)
        {
            uint expected = 0;
            foreach (ref readonly var range in ranges.AsSpan())
            {
                expected |= prefix >= range.First && prefix <= range.Last ? range.Lengths : 0;
            }

            if (expected != IssuerRanges.LengthsOf(prefix / 100))
            {
                Assert.Fail($"{prefix}");
            }
        }
    }

    [Fact]
    public void All_EachRange_IsInOrderAndOfPossibleLengths() => Assert.All(IssuerRanges.All, static range =>
    {
        Assert.InRange(range.First, 100_000, range.Last);
        Assert.Equal(0u, range.Lengths & ~0b1111_1110_0000_0000_0000u);
        Assert.NotEqual(0u, range.Lengths);
    });

    private static bool Has(int firstFour, int length) => (IssuerRanges.LengthsOf(firstFour) & (1u << length)) != 0;
}
