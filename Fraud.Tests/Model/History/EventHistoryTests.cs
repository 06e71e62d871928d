using Fraud.Model.History;

namespace Fraud.Tests.Model.History;

public sealed class EventHistoryTests
{
    private const long Start = 1_715_774_400;
    private const long Day = 86_400;
    private const long Retention = 44 * Day;

    [Theory]
    [InlineData(64, 1)]
    [InlineData(64, 2)]
    [InlineData(256, 3)]
    [InlineData(1_024, 4)]
    public void Window_WidenedBuckets_IsExactToTheirWidth(int maxBuckets, int seed)
    {
        var random = new Random(seed);
        var history = new EventHistory();
        var events = new List<(long Seconds, long Amount, int Fraud)>();
        var now = Start;
        for (var i = 0; i < 4_000; i++)
        {
            now += random.Next(600);
            var seconds = now - (random.Next(5) == 0 ? random.NextInt64(2 * Day) : 0);
            var (amount, fraud) = (random.NextInt64(1, 10_000), random.Next(2));
            history.Add(seconds, 1, amount, fraud, maxBuckets, Retention);
            events.Add((seconds, amount, fraud));
            Assert.InRange(history.BucketCount, 1, maxBuckets);
            if (i % 50 != 0)
            {
                continue;
            }

            var from = now - random.NextInt64(20 * Day);
            var to = from + random.NextInt64(10 * Day);
            var window = history.Window(from, to);
            // Each edge stands somewhere in its bucket: the sum lies between the window a width narrower and one wider.
            var width = history.WidthSeconds - 1;
            var (least, most) = (Sum(events, from + width, to - width), Sum(events, from - width, to + width));
            Assert.InRange(window.Count, least.Count, most.Count);
            Assert.InRange(window.Amount, least.Amount, most.Amount);
            Assert.InRange(window.Frauds, least.Frauds, most.Frauds);
        }

        Assert.True(history.WidthSeconds > 1, "the test is meant to make it widen");
    }

    [Fact]
    public void Window_WithinTheBound_StaysExactToTheSecond()
    {
        var history = new EventHistory();
        // 512 buckets is what a card has by default: seventeen payments a day for 30 days.
        for (var i = 0; i < 510; i++)
        {
            history.Add(Start + (i * 5_082), 1, 100, 0, 512, Retention);
        }

        Assert.Equal(1, history.WidthSeconds);
        Assert.Equal(new WindowSums(510, 0, 51_000), history.Window(Start - 1, Start + (30 * Day)));
        Assert.Equal(509, history.Window(Start, Start + (30 * Day)).Count);
    }

    [Fact]
    public void Add_MillionsOfPayments_KeepsMemoryBounded()
    {
        const int maxBuckets = 128;
        var history = new EventHistory();
        for (var i = 0; i < 2_000_000; i++)
        {
            history.Add(Start + (i * 7L), 1, 1, 0, maxBuckets, Retention);
        }

        Assert.InRange(history.BucketCount, 1, maxBuckets);
        // The array doubles to the bound, and once more to have room to slide.
        Assert.InRange(history.Capacity, 1, 2 * maxBuckets);
        var end = Start + (1_999_999 * 7L);
        Assert.InRange(history.Window(end - (30 * Day), end).Count, (30 * Day / 7) - (86_400 / 7) - 1, (30 * Day / 7) + (86_400 / 7) + 1);
    }

    [Fact]
    public void Add_OlderThanTheRetention_IsLeftOut()
    {
        var history = new EventHistory();
        history.Add(Start, 1, 100, 0, 64, Retention);

        history.Add(Start - Retention, 1, 5, 0, 64, Retention);
        history.Add(Start - Retention - 1, 1, 7, 0, 64, Retention);

        Assert.Equal(new WindowSums(2, 0, 105), history.Window(0, Start));
    }

    [Fact]
    public void Add_LongAfterEverythingElse_ForgetsTheRest()
    {
        var history = new EventHistory();
        for (var i = 0; i < 50; i++)
        {
            history.Add(Start + i, 1, 1, 1, 64, Retention);
        }

        history.Add(Start + (100 * Day), 1, 9, 0, 64, Retention);

        Assert.Equal(1, history.BucketCount);
        Assert.Equal(new WindowSums(1, 0, 9), history.Window(0, Start + (200 * Day)));
        Assert.Equal(default, history.Window(0, Start + (99 * Day)));
    }

    [Fact]
    public void Window_NothingThere_IsEmpty()
    {
        var history = new EventHistory();

        Assert.Equal(default, history.Window(0, Start));
        Assert.False(history.TryLastAtOrBefore(Start, out _));
    }

    [Fact]
    public void TryLastAtOrBefore_LabelsInBetween_FindsThePayment()
    {
        var history = new EventHistory();
        history.Add(Start, 0, 0, 1, 64, Retention);
        Assert.False(history.TryLastAtOrBefore(Start + 10, out _));

        history.Add(Start + 1, 1, 100, 0, 64, Retention);
        history.Add(Start + 5, 0, 0, 1, 64, Retention);
        history.Add(Start + 6, 0, 0, -1, 64, Retention);

        Assert.True(history.TryLastAtOrBefore(Start + 10, out var last));
        Assert.Equal(Start + 1, last);
    }

    private static WindowSums Sum(List<(long Seconds, long Amount, int Fraud)> events, long from, long to)
    {
        var inside = events.Where(known => known.Seconds > from && known.Seconds <= to).ToList();
        return new WindowSums(inside.Count, inside.Sum(static known => known.Fraud), inside.Sum(static known => known.Amount));
    }
}
