using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Reporting;
using Fraud.Stream.Batching;
using Fraud.Stream.Scoring;

namespace Fraud.Benchmarks.Onnx;

/// <summary>Rows a second through the scoring stage against ONNX Runtime called in a loop, at the same batch size.</summary>
internal sealed class OnnxBenchmark : IBenchmark
{
    // More than a core's cache holds, with a history of two months before them.
    private const int Rows = 16_384;
    private const int WarmUp = 120_000;

    public string Name => "onnx";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, Action<string> progress, CancellationToken cancellation)
    {
        var batching = new BatchingOptions();
        progress("computing features");
        var rows = new FeatureRows(Rows, WarmUp);
        var directory = new ModelDirectory(new ScoringOptions { Model = options.Model });
        using var models = new ModelHolder(directory.Load(directory.Newest()));
        using var stage = new ScoreStage(models, rows, batching);
        using var bare = new BareSession(directory.Newest(), models.Current.Model.Manifest, rows, batching.MaxBatchSize);
        var samples = await Measuring.Rounds.RunAsync(
            [Contestant.OnThread("score flow", stage.Run), Contestant.OnThread("bare ONNX Runtime", bare.Run)],
            options, progress, cancellation);
        return new BenchmarkResult(
            Name,
            $"rows through ScoreFlow in batches of {batching.MaxBatchSize}",
            $"ONNX Runtime's Run in a loop at {batching.MaxBatchSize} rows",
            [
                Figure.Compare("rows", "/s", samples[0], samples[1], static sample => sample.PerSecond, Bar.RatioAtLeast(0.9)),
                Figure.Compare("processor time", "ns/row", samples[0], samples[1], static sample => sample.CpuNanosecondsPerItem),
                Figure.Compare("allocated", "B/row", samples[0], samples[1], static sample => sample.BytesPerItem) with { Ratio = null },
            ],
            [$"Model {models.Current.ScoredBy.Model} version {models.Current.ScoredBy.Version}, one thread each"]);
    }
}
