using System.Globalization;
using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Reporting;
using Fraud.Benchmarks.Workload;

namespace Fraud.Benchmarks.Kafka;

/// <summary>
/// Records of a filled topic until they are scored, stored in SQLite and committed, against a consumer that
/// parses the same records and does nothing else.
/// </summary>
internal sealed class KafkaBenchmark : IBenchmark
{
    // Ours at the most, on the machine of docs/benchmarks.md; only sizes the topic to the wanted time.
    private const int RecordsPerSecond = 100_000;

    public string Name => "kafka";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, Action<string> progress, CancellationToken cancellation)
    {
        using var scratch = new Scratch();
        progress("filling the topic");
        var records = (int)Math.Clamp(options.Duration.TotalSeconds * RecordsPerSecond, 1_000, FilledTopic.MaxRecords);
        using var topic = FilledTopic.Create(records, cancellation);
        var service = new ServiceContestant(topic, scratch, options.Model);
        var bare = new BareConsumer(topic);
        var samples = await Rounds.RunAsync(
            [new Contestant("scored and stored", service.Run), Contestant.OnThread("bare consumer", bare.Run)], options, progress, cancellation);
        return new BenchmarkResult(
            Name,
            "records consumed, scored, stored in SQLite and committed",
            "a consumer that only parses the same records",
            [
                Figure.Compare("payments", "/s", samples[0], samples[1], static sample => sample.PerSecond, Bar.RatioAtLeast(0.6)),
                Figure.Compare("processor time", "ns/payment", samples[0], samples[1], static sample => sample.CpuNanosecondsPerItem),
                Figure.Compare("allocated", "B/payment", samples[0], samples[1], static sample => sample.BytesPerItem) with { Ratio = null },
            ],
            [
                string.Create(CultureInfo.InvariantCulture, $"{records:N0} records in {FilledTopic.Partitions} partitions, produced before the rounds; a new store each round"),
                "The embedded broker runs in the process, so its work is in both sides' processor time",
                string.Create(CultureInfo.InvariantCulture, $"{service.FlaggedShare:P1} of the payments left an alert"),
            ]);
    }
}
