using System.Text;
using Fraud.Model;

namespace Fraud.Tests.Model;

public sealed class CurrencyTests
{
    [Theory]
    [InlineData("EUR", 2, 100)]
    [InlineData("JPY", 0, 1)]
    [InlineData("KWD", 3, 1_000)]
    [InlineData("CLF", 4, 10_000)]
    [InlineData("AAA", 2, 100)]
    [InlineData("ZZZ", 2, 100)]
    public void TryParse_ThreeLetters_KnowsItsMinorUnit(string code, int decimals, int minorUnits)
    {
        var currency = Parse(code);

        Assert.Equal((code, decimals, minorUnits), (currency.ToString(), currency.Decimals, currency.MinorUnits));
    }

    [Theory]
    [InlineData("")]
    [InlineData("EU")]
    [InlineData("EURO")]
    [InlineData("eur")]
    [InlineData("E1R")]
    [InlineData("[[[")]
    public void TryParse_AnythingElse_IsRefused(string code) =>
        Assert.False(Currency.TryParse(Encoding.UTF8.GetBytes(code), out _));

    [Fact]
    public void ToString_None_IsEmpty() => Assert.Equal("", default(Currency).ToString());

    [Fact]
    public void ToString_SeenBefore_AllocatesNothing()
    {
        Currency[] currencies = [Parse("EUR"), Parse("USD"), Parse("JPY"), Parse("QQX")];
        var length = Lengths(currencies);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            length += Lengths(currencies);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1_001 * 12, length);
    }

    private static int Lengths(Currency[] currencies)
    {
        var length = 0;
        foreach (var currency in currencies)
        {
            length += currency.ToString().Length;
        }

        return length;
    }

    private static Currency Parse(string code) =>
        Currency.TryParse(Encoding.UTF8.GetBytes(code), out var currency) ? currency : throw new ArgumentException(code, nameof(code));
}
