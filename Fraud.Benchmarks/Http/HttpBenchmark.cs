using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Reporting;
using Fraud.Benchmarks.Workload;

namespace Fraud.Benchmarks.Http;

/// <summary><c>POST /predict</c> of the whole service against Kestrel alone, parsing the same body and answering the same bytes.</summary>
internal sealed class HttpBenchmark : IBenchmark
{
    public string Name => "http";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, Action<string> progress, CancellationToken cancellation)
    {
        using var scratch = new Scratch();
        progress("starting the service");
        await using var service = await RunningService.StartAsync(scratch, options.Model, cancellation);
        await using var bare = await BareEndpoint.StartAsync(await service.AnswerAsync(cancellation), cancellation);
        var full = LoadClient.ForMaximum(scratch, options.Connections);
        var max = await Rounds.RunAsync(
            [new Contestant("/predict, flat out", full.Against(service.Predict)), new Contestant("bare Kestrel, flat out", full.Against(bare.Address))],
            options, progress, cancellation);

        // Both at half of what ours can: the same load, so that the latencies can be compared.
        var rate = Statistics.Median(max[0].Select(static sample => sample.PerSecond)) / 2;
        var paced = LoadClient.AtRate(rate, options.Connections);
        var half = await Rounds.RunAsync(
            [new Contestant("/predict, half load", paced.Against(service.Predict)), new Contestant("bare Kestrel, half load", paced.Against(bare.Address))],
            options, progress, cancellation);
        return new BenchmarkResult(
            Name,
            "POST /predict: scored and stored in SQLite before the answer",
            "Kestrel with one handler that parses the same body and answers the same bytes",
            [
                Figure.Compare("answers", "/s", max[0], max[1], static sample => sample.PerSecond, Bar.RatioAtLeast(0.7)),
                Figure.Compare("p50 flat out", "ms", max[0], max[1], static sample => sample.P50Ms),
                Figure.Compare("p99 flat out", "ms", max[0], max[1], static sample => sample.P99Ms),
                Figure.Compare("p50 at half", "ms", half[0], half[1], static sample => sample.P50Ms),
                Figure.Compare("p99 at half", "ms", half[0], half[1], static sample => sample.P99Ms, Bar.AtMost(5)),
                Figure.Compare("allocated", "B/answer", max[0], max[1], static sample => sample.BytesPerItem) with { Ratio = null },
            ],
            [
                $"{options.Connections} connections; flat out: {full.Description}",
                $"At half: {paced.Description}, open loop, times count from when a request was due",
            ]);
    }
}
