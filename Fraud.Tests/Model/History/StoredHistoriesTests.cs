using Fraud.Model;
using Fraud.Model.History;

namespace Fraud.Tests.Model.History;

public sealed class StoredHistoriesTests
{
    private const long Start = 1_700_000_000_000;

    private static readonly Profile Histories = new(new ProfileOptions(), shards: 1);

    [Fact]
    public void JoinCards_PaymentsOfOneCardUnderTwoNames_AreOneHistory()
    {
        (long At, long Amount)[] payments = [.. Enumerable.Range(0, 40).Select(static i => (Start + (i * 7_000L) - (i * i * 90L), 100L + i))];

        var joined = StoredHistories.JoinCards(State(payments.Where(static payment => payment.Amount % 3 == 0)), State(payments.Where(static payment => payment.Amount % 3 != 0)));

        Assert.Equal(State(payments), joined);
    }

    [Fact]
    public void JoinCards_OneHasWideBuckets_KeepsWhatBothCounted()
    {
        var many = Enumerable.Range(0, 5_000).Select(static i => (Start + (i * 60_000L), 1L)).ToArray();
        var few = new[] { (Start + 500_000, 10L), (Start + 299_000_000, 20L) };

        var (one, other) = (StoredHistories.JoinCards(State(many), State(few)), StoredHistories.JoinCards(State(few), State(many)));

        Assert.Equal(one, other);
        Assert.NotEqual(State(many), one);
    }

    [Fact]
    public void WithLabels_AddedAndTakenBack_IsTheStateOfBefore()
    {
        var state = State([(Start, 5), (Start + 60_000, 7)]);

        var labelled = StoredHistories.WithLabels(state, [(Start, 1)]);

        Assert.NotEqual(state, labelled);
        Assert.Equal(state, StoredHistories.WithLabels(labelled, [(Start, -1)]));
    }

    [Fact]
    public void RenameTerminals_TwoGetOneName_BecomeOneThatCountedBoth()
    {
        var (two, one) = (new Profile(new ProfileOptions(), 1).Terminals, new Profile(new ProfileOptions(), 1).Terminals);
        for (var i = 0; i < 10; i++)
        {
            two.Add(ShortText.From(i % 2 == 0 ? "old" : "new"), i, Start + (i * 1_000));
            one.Add(ShortText.From("new"), i, Start + (i * 1_000));
        }

        two.Add(ShortText.From("other"), 1, Start);
        one.Add(ShortText.From("other"), 1, Start);

        var renamed = new Profile(new ProfileOptions(), 1).Terminals;
        foreach (var chunk in StoredHistories.RenameTerminals(two.Capture(), static id => id.ToString() == "old" ? ShortText.From("new") : id))
        {
            renamed.Load(chunk);
        }

        Assert.Equal(one.Dump().OrderBy(static each => each.Key), renamed.Dump().OrderBy(static each => each.Key));
    }

    private static byte[] State(IEnumerable<(long At, long Amount)> payments)
    {
        var cards = Histories.NewCards();
        foreach (var (at, amount) in payments)
        {
            Assert.True(cards.TryReplay(ShortText.From("card"), amount, at));
        }

        return cards.Dump()["card"];
    }
}
