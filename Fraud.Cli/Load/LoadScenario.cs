using Fraud.Benchmarks.Load;

namespace Fraud.Cli.Load;

/// <summary>A load test that a reference system has.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Description">What is sent, in a few words.</param>
/// <param name="Reference">What the reference says of itself under it.</param>
internal sealed record LoadScenario(string Name, string Description, string Reference)
{
    private const double WarmupRate = 50;

    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ThirtySeconds = TimeSpan.FromSeconds(30);

    public required IReadOnlyList<LoadPhase> Phases { get; init; }

    /// <summary>Payments in each request; more than one are sent as a batch.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Most requests at a time. Enough that the rate is kept when answers take as long as the threshold allows.</summary>
    public int Connections { get; init; } = 128;

    public LoadThresholds Thresholds { get; init; } = new();

    public string Path => Batch == 1 ? "/predict" : "/predict/batch";

    /// <summary>All seven. Rates are requests a second.</summary>
    public static IReadOnlyList<LoadScenario> All { get; } =
    [
        new("burst", "10/s, and 250 requests at one moment every 2 s", "A: no figure")
        {
            // The bursts and the trickle between them in one: of each 2 s, 250 at once and then 20.
            Phases = [.. Enumerable.Range(0, 5).SelectMany(static _ => (LoadPhase[])
            [
                LoadPhase.Steady(2_500, TimeSpan.FromSeconds(0.1)) with { Together = 250 },
                LoadPhase.Steady(10, TimeSpan.FromSeconds(1.9)),
            ])],
            Connections = 250,
        },
        new("sustained", "60/s for 30 s", "A: 50 to 60/s at 20 to 25 ms average, 40 to 50 ms p95")
        {
            Phases = [LoadPhase.Steady(60, ThirtySeconds)],
        },
        new("high-throughput", "500 requests at one moment, twice a second, for 10 s", "A: 500 concurrent: 59.17/s, average 142.34, p95 234.56, p99 289.12 ms, all succeed")
        {
            Phases = [LoadPhase.Steady(1_000, TenSeconds) with { Together = 500 }],
            Connections = 500,
        },
        new("batch", "batches of 100 payments, 20/s for 10 s", "A: a batch of 100 in 150 to 200 ms")
        {
            Phases = [LoadPhase.Steady(20, TenSeconds)],
            Batch = 100,
            Connections = 32,
        },
        new("constant", "200/s for 30 s", "E: 199.87/s, 0 of 5,975 failed, mean 23.95, p99 105.38 ms; its bar: p99 < 500 ms, none failed")
        {
            Phases = [LoadPhase.Steady(200, ThirtySeconds)],
        },
        new("stress", "from 100/s to 2,000/s in 40 s, then 2,000/s for 10 s", "E: about 335/s, 27.36 % failed, p90 438.92, p95 538.11 ms, 432 dropped")
        {
            Phases = [new LoadPhase(100, 2_000, TimeSpan.FromSeconds(40)), LoadPhase.Steady(2_000, TenSeconds)],
            Connections = 256,
        },
        new("spike", "100/s, 20 times as much for 10 s, and 100/s again", "E: 840 to 920/s useful, 16.24 % success, p95 825.14 ms")
        {
            Phases = [LoadPhase.Steady(100, TenSeconds), LoadPhase.Steady(2_000, TenSeconds), LoadPhase.Steady(100, TenSeconds)],
            Connections = 256,
        },
    ];

    /// <summary>As options of a run.</summary>
    /// <param name="time">What phases last, as a share of what they last otherwise. Bursts stay whole.</param>
    public LoadOptions Options(Uri service, double time, TimeSpan timeout, int cards, string? key, TimeSpan warmup = default) => new()
    {
        Address = new Uri(service, Path),
        Phases = [.. Phases.Select(phase => phase.Together > 1 && phase.Requests <= phase.Together
            ? phase
            : phase with { Duration = TimeSpan.FromSeconds(Math.Max(phase.Together / Math.Max(1, phase.To), phase.Duration.TotalSeconds * time)) })],
        Connections = Connections,
        Timeout = timeout,
        Cards = cards,
        ApiKey = key,
        // A scenario has phases; before them, a trickle.
        Warmup = warmup,
        Rate = WarmupRate,
        Body = Batch == 1 ? null : LoadBodies.Batch(Batch),
    };
}
