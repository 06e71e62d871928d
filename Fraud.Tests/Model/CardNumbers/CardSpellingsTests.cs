using Xunit.Abstractions;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>Holds the list itself right, without any detector.</summary>
public sealed class CardSpellingsTests(ITestOutputHelper output)
{
    private const int Seed = 20_261_130;

    [Fact]
    public void DrawOf_EveryScheme_HasItsRangeLengthAndCheckDigit()
    {
        var random = new Random(Seed);
        foreach (var scheme in CardSchemes.All)
        {
            for (var i = 0; i < 2_000; i++)
            {
                var digits = CardSchemes.DrawOf(scheme, random);

                Assert.Matches(SchemeRules.ByScheme[scheme.Name], digits);
                Assert.True(SchemeRules.HasCheckDigit(digits), digits);
            }
        }
    }

    [Theory]
    [InlineData("4111111111111111", true)]
    [InlineData("5555555555554444", true)]
    [InlineData("378282246310005", true)]
    [InlineData("30569309025904", true)]
    [InlineData("3530111333300000", true)]
    [InlineData("6200000000000005", true)]
    [InlineData("2200000000000004", true)]
    [InlineData("4111111111111112", false)]
    [InlineData("1111111111111117", false)]
    [InlineData("41111111111111", false)]
    public void IsOne_NumbersThatSchemesPublishForTests_AreKnown(string digits, bool isOne) =>
        Assert.Equal(isOne, SchemeRules.IsOne(digits));

    [Fact]
    public void Write_EverySpelling_HasTheDigitsInOrder()
    {
        var random = new Random(Seed);
        foreach (var spelling in CardSpellings.All)
        {
            for (var i = 0; i < 100; i++)
            {
                var sample = CardSpellings.Written(spelling, random);
                var read = spelling.Decode(sample.Text);

                Assert.True(
                    WrittenDigits.All(read).Contains(sample.Digits, StringComparison.Ordinal),
                    $"{spelling.Name}: {sample.Digits} is not in {sample.Text}");
            }
        }
    }

    [Fact]
    public void Write_FormOfTheSpelling_IsWhatAReaderMustDo()
    {
        var random = new Random(Seed);
        foreach (var spelling in CardSpellings.All)
        {
            var asItIs = 0;
            var decoded = 0;
            for (var i = 0; i < 100; i++)
            {
                var sample = CardSpellings.Written(spelling, random);
                asItIs += WrittenDigits.Candidates(sample.Text).Contains(sample.Digits) ? 1 : 0;
                decoded += WrittenDigits.Candidates(spelling.Decode(sample.Text)).Contains(sample.Digits) ? 1 : 0;
            }

            var expected = spelling.Form switch
            {
                SpellingForm.Separate => (100, 100),
                SpellingForm.Encoded => (0, 100),
                _ => (0, 0),
            };
            Assert.Equal((spelling.Name, expected), (spelling.Name, (asItIs, decoded)));
        }
    }

    [Fact]
    public void Samples_OrdinaryKindThatIsNotMarked_HoldsNoNumber()
    {
        var random = new Random(Seed);
        foreach (var kind in CardSpellings.Ordinary.Where(kind => !kind.MayLookLikeOne))
        {
            for (var i = 0; i < 2_000; i++)
            {
                var text = kind.Write(random);

                Assert.True(!HoldsOne(text), $"{kind.Name}: {text}");
            }
        }
    }

    [Fact]
    public void Samples_OrdinaryKindThatIsMarked_HoldsANumberNowAndThen()
    {
        // A mark is an excuse: a kind that never looks like a card number has none.
        var random = new Random(Seed);
        foreach (var kind in CardSpellings.Ordinary.Where(kind => kind.MayLookLikeOne))
        {
            var drawn = 1;
            while (!HoldsOne(kind.Write(random)) && drawn <= 400_000)
                drawn++;
            output.WriteLine($"{kind.Name}: the first after {drawn}");

            Assert.True(drawn <= 400_000, kind.Name);
        }
    }

    [Fact]
    public void Samples_EveryOne_FitsIntoItsField()
    {
        foreach (var sample in CardSpellings.Samples(Seed, 20_000))
        {
            Assert.True(CardSpellings.Fits(sample.Text, sample.Field), $"{sample.Name} in {sample.Field}: {sample.Text}");
            Assert.NotEmpty(sample.Text);
        }
    }

    [Fact]
    public void Samples_HundredThousand_AreHalfCardsAndEveryNameAboutAsOften()
    {
        var samples = CardSpellings.Samples(Seed, 100_000).ToList();

        Assert.Equal(50_000, samples.Count(sample => sample.IsCardNumber));
        foreach (var half in samples.GroupBy(sample => sample.IsCardNumber))
        {
            var counts = half.CountBy(sample => sample.Name).ToDictionary();
            Assert.Equal(half.Key ? CardSpellings.All.Length : CardSpellings.Ordinary.Length, counts.Count);
            Assert.InRange(counts.Values.Max() - counts.Values.Min(), 0, 1);
        }

        var schemes = samples.Where(sample => sample.IsCardNumber).Select(sample => sample.Digits).ToList();
        Assert.All(SchemeRules.ByScheme, rule => Assert.True(schemes.Count(rule.Value.IsMatch) > 1_000, rule.Key));
    }

    [Fact]
    public void Samples_SameSeed_AreTheSame() =>
        Assert.Equal(CardSpellings.Samples(7, 5_000), CardSpellings.Samples(7, 5_000));

    [Fact]
    public void Samples_OtherSeed_AreOthers() =>
        Assert.NotEqual(CardSpellings.Samples(7, 5_000), CardSpellings.Samples(8, 5_000));

    [Fact]
    public void All_Names_AreUnique()
    {
        string[] names = [.. CardSpellings.All.Select(spelling => spelling.Name), .. CardSpellings.Ordinary.Select(kind => kind.Name)];

        Assert.Empty(names.GroupBy(name => name, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    private static bool HoldsOne(string text) => WrittenDigits.Candidates(text).Any(SchemeRules.IsOne);
}
