using Fraud.Model.Evaluation;
using Fraud.Model.Training;

namespace Fraud.Tests.Model.Evaluation;

public sealed class PairedBootstrapTests
{
    // Two cards of one payment each; the challenger saves 1 on the first and 3 on the second. A draw of two cards saves
    // 1, 2 or 3 a payment with the probabilities 1/4, 1/2 and 1/4.
    private static readonly PairedSample TwoCards = new(
        [true, false], [1, 2], [0.2f, 0.1f], [0.2f, 0.1f], [2, 5], [1, 2]);

    [Fact]
    public void Compare_TwoCards_SavingIsBetweenTheDrawsOfTheHandExample()
    {
        var wide = new PairedBootstrap(10_000, 0.95, seed: 1).Compare(TwoCards).Saving;
        var narrow = new PairedBootstrap(10_000, 0.4, seed: 1).Compare(TwoCards).Saving;

        // 2.5 % lie within the quarter that saves 1, and 30 % within the half that saves 2.
        Assert.Equal(new Interval(2, 1, 3), wide);
        Assert.Equal(new Interval(2, 2, 2), narrow);
    }

    [Fact]
    public void Compare_PaymentsOfOneCard_AreDrawnTogether()
    {
        var difference = new PairedBootstrap(1_000, 0.95, seed: 1).Compare(TwoCards with { Card = [7, 7] });

        Assert.Equal(new Interval(2, 2, 2), difference.Saving);
    }

    [Fact]
    public void Compare_AveragePrecision_IsThatOfTheHandExample()
    {
        // Champion: genuine, fraud, genuine, fraud: (1/2 + 2/4) / 2 = 1/2. Challenger: fraud, fraud first: 1.
        var sample = new PairedSample(
            [false, true, false, true], [1, 2, 3, 4], [0.9f, 0.8f, 0.7f, 0.6f], [0.1f, 0.8f, 0.2f, 0.9f], [0, 0, 0, 0], [0, 0, 0, 0]);

        var gain = new PairedBootstrap(2_000, 0.95, seed: 1).Compare(sample).AveragePrecision;

        Assert.Equal(0.5, gain.Value, 12);
        // Drawing the frauds alone ranks them equally well: no gain. Worst for the champion is the second fraud thrice behind... never below 0.
        Assert.Equal(0, gain.Lower, 12);
        Assert.InRange(gain.Upper, 0.6, 0.75);
    }

    [Fact]
    public void Compare_ManyRows_ValuesAreThoseOfTheRanking()
    {
        var random = new Random(5);
        var fraud = Enumerable.Range(0, 2_000).Select(_ => random.NextDouble() < 0.1).ToArray();
        // Few different scores, so that there are ties.
        var first = fraud.Select(f => (float)Math.Round(random.NextDouble() + (f ? 0.3 : 0), 1)).ToArray();
        var second = fraud.Select(f => (float)Math.Round(random.NextDouble() + (f ? 0.6 : 0), 1)).ToArray();
        var cost = new double[fraud.Length];

        var gain = new PairedBootstrap(500, 0.95, seed: 1)
            .Compare(new PairedSample(fraud, [.. Enumerable.Range(0, fraud.Length)], first, second, cost, cost)).AveragePrecision;

        Assert.Equal(
            Ranking.AveragePrecision(second, i => fraud[i]) - Ranking.AveragePrecision(first, i => fraud[i]), gain.Value, 12);
        Assert.InRange(gain.Value, gain.Lower, gain.Upper);
        Assert.True(gain.Lower > 0, $"{gain}");
    }

    [Fact]
    public void Compare_SameSeed_GivesTheSameInterval() =>
        Assert.Equal(new PairedBootstrap(200, 0.9, seed: 3).Compare(TwoCards), new PairedBootstrap(200, 0.9, seed: 3).Compare(TwoCards));
}
