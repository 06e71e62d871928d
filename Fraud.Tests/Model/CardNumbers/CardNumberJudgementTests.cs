using Xunit.Abstractions;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>
/// Holds the default settings against the list of spellings and ordinary kinds. docs/card-numbers.md has the table that this prints:
/// <c>./test --filter CardNumberJudgement</c>.
/// </summary>
public sealed class CardNumberJudgementTests(ITestOutputHelper output)
{
    /// <summary>The first is the table's; others show that it was not chosen.</summary>
    [Theory]
    [InlineData(20_261_130)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Samples_HundredThousand_NoNumberIsKeptAndNoPaymentIsLostForItsId(int seed)
    {
        var judgement = new CardNumberJudgement();
        foreach (var sample in CardSpellings.Samples(seed, 100_000))
            judgement.Judge(sample);
        output.WriteLine(judgement.Table());

        Assert.Equal(50_000, judgement.CardNumbers);
        Assert.Empty(judgement.Missed);
        Assert.Empty(judgement.RefusedWithoutNumber);
        Assert.All(judgement.Ordinary.Where(static kind => kind.Value.Refused > 0), static kind => Assert.Equal("counter of 16", kind.Key));
    }

    [Fact]
    public void Judge_IdentifierThatStaysAsItIs_IsMissed()
    {
        var judgement = new CardNumberJudgement();
        var samples = CardSpellings.Samples(7, 2_000).Where(static sample => sample.IsCardNumber && sample.Field != WrittenIn.Note).ToList();
        foreach (var sample in samples)
            judgement.Judge(sample with { Text = "order-1" });

        Assert.Equal(samples.Select(static sample => sample.Name).Distinct().Count(), judgement.Missed.Count);
    }
}
