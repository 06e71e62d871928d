using System.Globalization;
using System.Text;
using Fraud.Stream.Scoring;
using Fraud.Stream.State;

namespace Fraud.Tests.Stream.Scoring;

public sealed class CardSplitTests
{
    private const int Cards = 10_000;

    // Written down once: cards must not change sides because the program was replaced.
    private const string Pinned = "10010100101111101011101101000000";

    [Theory]
    [InlineData("split")]
    [InlineData("autumn")]
    public void ArmOf_TenThousandCards_GivesEachItsShare(string salt)
    {
        var arms = Arms(new CardSplit(salt, [0.1, 0.25]));

        AssertShare(0.1, arms.Count(static arm => arm == 0));
        AssertShare(0.25, arms.Count(static arm => arm == 1));
        AssertShare(0.65, arms.Count(static arm => arm == CardSplit.Champion));
    }

    [Fact]
    public void ArmOf_AfterARestart_IsTheSame() =>
        Assert.Equal(Arms(new CardSplit("split", [0.1])), Arms(new CardSplit("split", [0.1])));

    [Fact]
    public void ArmOf_KnownCards_IsAsItEverWas()
    {
        var split = new CardSplit("split", [0.5]);

        Assert.Equal(Pinned, string.Concat(Enumerable.Range(0, 32).Select(card => split.ArmOf(Card(card)) == 0 ? '1' : '0')));
    }

    [Fact]
    public void ArmOf_ShareGrows_KeepsItsCards()
    {
        var small = Arms(new CardSplit("split", [0.1]));
        var large = Arms(new CardSplit("split", [0.2]));

        Assert.All(Enumerable.Range(0, Cards).Where(card => small[card] == 0), card => Assert.Equal(0, large[card]));
    }

    [Fact]
    public void ArmOf_AnotherSalt_DrawsTheCardsAnew()
    {
        var one = Arms(new CardSplit("split", [0.5]));
        var other = Arms(new CardSplit("split2", [0.5]));

        AssertShare(0.5, Enumerable.Range(0, Cards).Count(card => one[card] == other[card]));
    }

    [Fact]
    public void ArmOf_CardsOfOneShard_AreSplitLikeAll()
    {
        const int Shards = 4;
        var router = new ShardRouter(Shards);
        var split = new CardSplit("split", [0.5]);
        for (var shard = 0; shard < Shards; shard++)
        {
            var mine = Enumerable.Range(0, Cards).Where(card => router.ShardOf(Card(card)) == shard).ToArray();
            Assert.InRange((double)mine.Count(card => split.ArmOf(Card(card)) == 0) / mine.Length, 0.45, 0.55);
        }
    }

    // Five deviations of a binomial count.
    private static void AssertShare(double share, int count)
    {
        var deviation = Math.Sqrt(Cards * share * (1 - share));
        Assert.InRange(count, (Cards * share) - (5 * deviation), (Cards * share) + (5 * deviation));
    }

    private static int[] Arms(CardSplit split) => [.. Enumerable.Range(0, Cards).Select(card => split.ArmOf(Card(card)))];

    private static byte[] Card(int number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"card-{number:0000}"));
}
