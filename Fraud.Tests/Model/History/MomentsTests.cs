using Fraud.Model.History;

namespace Fraud.Tests.Model.History;

public sealed class MomentsTests
{
    private const long Start = 1_715_774_400;
    private const long Day = 86_400;
    private const int MostBuckets = 512;

    private readonly EventHistory _history = new();

    [Fact]
    public void Newest_MoreThanThereIsRoomFor_GivesTheNewestOldestFirst()
    {
        for (var i = 0; i < 10; i++)
        {
            Pay(Start + i, amount: i);
        }

        var moments = _history.Newest(Start - 1, Start + 8, new Moment[3]);

        Assert.Equal([6, 7, 8], moments.ToArray().Select(static moment => moment.Amount));
    }

    [Fact]
    public void Newest_LabelWithoutItsPayment_IsNoMoment()
    {
        Pay(Start);
        Label(Start + 1);

        Assert.Equal(1, _history.Newest(Start - 1, Start + 2, new Moment[8]).Length);
    }

    [Theory]
    [InlineData("FFF", 3)]
    [InlineData("LFF", 2)]
    [InlineData("FFL", 0)]
    [InlineData("FLF", 1)]
    [InlineData("", 0)]
    public void Streak_EndsWithTheNewestPayment(string payments, int expected)
    {
        Pay(payments);

        Assert.Equal(expected, _history.Streak(Start - 1, Start + (30 * Day), 96).Payments);
    }

    [Fact]
    public void Streak_LongerThanTheBound_EndsThere()
    {
        Pay(new string('F', 20));

        Assert.Equal(new FraudStreak(5, Start + (15 * Day), 500), _history.Streak(Start - 1, Start + (30 * Day), mostBuckets: 5));
    }

    [Fact]
    public void TryFrauds_BetweenLegitimatePayments_FindsFirstAndLast()
    {
        Pay("LLFLFLL");

        Assert.True(_history.TryFrauds(Start - 1, Start + (30 * Day), out var frauds));
        Assert.Equal(new FraudSpan(Start + (2 * Day), Start + (4 * Day), Payments: 5, Frauds: 2), frauds);
        Assert.False(_history.TryFrauds(Start + (4 * Day), Start + (30 * Day), out _));
        Assert.False(_history.TryFrauds(Start - 1, Start + Day, out _));
    }

    [Fact]
    public void UsualAmount_RunOfInflatedAmounts_StaysWhatItWas()
    {
        // A third of two weeks' payments five times as large, as the handbook's third scenario makes them.
        var moments = Enumerable.Range(0, 60).Select(static i => new Moment(Start + i, 1, 0, i is >= 40 and < 50 ? 5 * (4_000 + (i * 37 % 2_000)) : 4_000 + (i * 37 % 2_000))).ToArray();

        var usual = UsualAmount.Of(moments, minorUnits: 100);

        Assert.InRange(usual.Mean, 45, 55);
        Assert.InRange(usual.Spread, 4, 10);
    }

    [Fact]
    public void UsualAmount_NothingPaid_IsNothing() => Assert.Equal(0, UsualAmount.Of([], 100).Mean);

    private void Pay(string payments)
    {
        for (var i = 0; i < payments.Length; i++)
        {
            Pay(Start + (i * Day));
            if (payments[i] == 'F')
            {
                Label(Start + (i * Day));
            }
        }
    }

    private void Pay(long seconds, long amount = 100) => _history.Add(seconds, 1, amount, 0, MostBuckets, 60 * Day);

    private void Label(long seconds) => _history.Add(seconds, 0, 0, 1, MostBuckets, 60 * Day);
}
