using Fraud.Stream.Shards;

namespace Fraud.Tests.Stream.Shards;

/// <summary>Attempts within the deadline (rule 20 of docs/decisions/0011).</summary>
public sealed class PaymentAttemptsTests
{
    private static readonly TimeSpan _start = TimeSpan.FromHours(3);

    [Fact]
    public void Next_AfterMoved_ComesTwoHundredMillisecondsAfterTheOneBefore()
    {
        var attempts = PaymentAttempts.Begin(_start, TimeSpan.FromSeconds(1));

        Assert.True(attempts.TryNext(_start + TimeSpan.FromMilliseconds(30), out var next, out var wait));

        Assert.Equal(TimeSpan.FromMilliseconds(170), wait);
        Assert.Equal(2, next.Number);
        Assert.False(next.IsPresent(1));
        Assert.True(next.IsPresent(2));
        Assert.Equal(TimeSpan.FromMilliseconds(800), next.TimeLeft(next.SentAt));
    }

    [Fact]
    public void Next_AfterSilence_ComesAtOnce()
    {
        var attempts = PaymentAttempts.Begin(_start, TimeSpan.FromSeconds(3));

        Assert.True(attempts.TryNext(_start + PaymentAttempts.Silence, out _, out var wait));

        Assert.Equal(TimeSpan.Zero, wait);
    }

    [Fact]
    public void Next_DeadlineBeforeIt_GivesUp()
    {
        var attempts = PaymentAttempts.Begin(_start, TimeSpan.FromMilliseconds(200));

        Assert.False(attempts.TryNext(_start + TimeSpan.FromMilliseconds(1), out _, out _));
        Assert.Equal(TimeSpan.Zero, attempts.TimeLeft(_start + TimeSpan.FromSeconds(1)));
    }
}
