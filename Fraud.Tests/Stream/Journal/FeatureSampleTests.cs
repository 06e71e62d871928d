using System.Globalization;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;

namespace Fraud.Tests.Stream.Journal;

public sealed class FeatureSampleTests
{
    [Theory]
    [InlineData("tx-{0}")]
    [InlineData("{0:D12}")]
    [InlineData("0190b3a4-0000-7000-8000-{0:x12}")]
    public void Keeps_NumberedIds_TakesTheShareOfThem(string pattern)
    {
        var sample = new FeatureSample(0.05);

        var kept = Enumerable.Range(0, 100_000).Count(i => sample.Keeps(ShortText.From(string.Format(CultureInfo.InvariantCulture, pattern, i))));

        // Six standard deviations of what chance would give.
        Assert.InRange(kept, 5_000 - 414, 5_000 + 414);
    }

    [Fact]
    public void Keeps_FlaggedPayment_WhateverTheShare()
    {
        var payment = new Payment { Decision = Decision.Review };
        payment.Transaction.Id = ShortText.From("tx");

        Assert.True(new FeatureSample(0).Keeps(payment));
        payment.Decision = Decision.Approve;
        Assert.False(new FeatureSample(0).Keeps(payment));
        Assert.True(new FeatureSample(1).Keeps(payment));
    }

    /// <summary>Who reads the sample later, in SQL or another program, has to choose the same ids.</summary>
    [Fact]
    public void Keeps_KnownIds_AreTheSameInEachProcess() =>
        Assert.Equal(
            ["tx-6"],
            Enumerable.Range(0, 10).Select(static i => ShortText.From($"tx-{i}")).Where(static id => new FeatureSample(0.1).Keeps(id)).Select(static id => id.ToString()));
}
