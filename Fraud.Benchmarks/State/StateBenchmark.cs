using System.Globalization;
using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Reporting;

namespace Fraud.Benchmarks.State;

/// <summary>Time of a payment in the profile, and its memory, as the cards grow from thousands to millions.</summary>
internal sealed class StateBenchmark : IBenchmark
{
    private static readonly int[] Sizes = [10_000, 1_000_000, 10_000_000];

    // What the largest was seen to take, with room for the arrays that double meanwhile.
    private const long MemoryForLargest = 12L << 30;

    public string Name => "state";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, Action<string> progress, CancellationToken cancellation)
    {
        var fits = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >= MemoryForLargest;
        var profiles = new List<GrownProfile>();
        foreach (var cards in Sizes.Where(cards => fits || cards < Sizes[^1]))
        {
            progress(string.Create(CultureInfo.InvariantCulture, $"filling {cards:N0} cards"));
            profiles.Add(GrownProfile.Create(cards, cancellation));
        }

        var samples = await Rounds.RunAsync(
            [.. profiles.Select(static profile => Contestant.OnThread(
                string.Create(CultureInfo.InvariantCulture, $"{profile.Cards:N0} cards"), profile.Run))],
            options, progress, cancellation);
        var figures = new List<Figure>
        {
            new($"payment, {Text(profiles[0].Cards)} cards", "ns", Spread.Of(samples[0].Select(static sample => sample.NanosecondsPerItem))),
        };
        for (var i = 1; i < profiles.Count; i++)
        {
            figures.Add(Figure.Compare(
                $"payment, {Text(profiles[i].Cards)} cards", "ns", samples[i], samples[0], static sample => sample.NanosecondsPerItem,
                profiles[i].Cards == Sizes[^1] ? Bar.RatioAtMost(1.3) : null));
        }

        figures.AddRange(profiles.Select(static profile => new Figure(
            $"memory, {Text(profile.Cards)} cards", "MB", Spread.Of([profile.Bytes / (1024.0 * 1024)]))));
        return new BenchmarkResult(
            Name,
            "Profile.Observe on random cards",
            $"the same with {Text(Sizes[0])} cards",
            figures,
            [
                "Each card has paid about three times in the 44 days that are kept; one terminal for ten cards",
                fits ? "The memory includes the terminals" : "10,000,000 cards were left out: they want 12 GB",
            ]);
    }

    private static string Text(int cards) => cards.ToString("N0", CultureInfo.InvariantCulture);
}
