using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Onnx;
using Fraud.Benchmarks.Reporting;
using Fraud.Model.Reasons;
using Fraud.Model.Scoring;
using Fraud.Stream.Batching;
using Fraud.Stream.Scoring;

namespace Fraud.Benchmarks.Reasons;

/// <summary>What reasons cost: a payment explained, and the scoring thread when 2 % of its payments are flagged.</summary>
internal sealed class ReasonsBenchmark : IBenchmark
{
    private const int Rows = 16_384;
    private const int WarmUp = 120_000;

    private const double FlaggedShare = 0.02;

    // 1,800 explained payments a second (2 % of 90,000) then take less than a fifth of the scoring thread.
    private const double MostMicroseconds = 100;

    public string Name => "reasons";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, Action<string> progress, CancellationToken cancellation)
    {
        progress("computing features");
        var rows = new FeatureRows(Rows, WarmUp);
        var newest = new ModelDirectory(new ScoringOptions { Model = options.Model }).Newest();
        var (threshold, share) = Threshold(newest, rows);
        using var alone = new ModelHolder(Load(options, 2));
        using var flagging = new ModelHolder(Load(options, threshold));
        using var aloneStage = new ScoreStage(alone, rows, new BatchingOptions());
        using var flaggingStage = new ScoreStage(flagging, rows, new BatchingOptions());
        var finder = flagging.Current.Reasons;
        var columns = flagging.Current.Model.Manifest.Inputs.Count;
        var ensemble = finder.IsExact ? TreeEnsemble.Read(await File.ReadAllBytesAsync(Path.Combine(newest, "model.onnx"), cancellation), columns) : null;
        List<Contestant> contestants =
        [
            Contestant.OnThread("scoring, 2 % explained", flaggingStage.Run),
            Contestant.OnThread("scoring alone", aloneStage.Run),
            Contestant.OnThread("reasons with their texts", (duration, stop) => Find(finder, rows, duration, stop)),
        ];
        if (ensemble is not null)
        {
            var model = flagging.Current.Model;
            contestants.Add(Contestant.OnThread("contributions alone", (duration, stop) => Contribute(model, rows, model.Trees!.Explain, duration, stop)));
            contestants.Add(Contestant.OnThread(
                "published algorithm", (duration, stop) => Contribute(model, rows, new PublishedTreeShap(ensemble).Explain, duration, stop)));
        }

        var samples = await Measuring.Rounds.RunAsync(contestants, options, progress, cancellation);
        return new BenchmarkResult(
            Name,
            $"ScoreFlow with {share:P1} of its payments flagged, and reasons in a loop",
            "ScoreFlow that flags none, and TreeSHAP as published (algorithm 2) in a loop",
            [.. Figures(samples)],
            [
                ensemble is null
                    ? "The model has no covers: its reasons are unusual values"
                    : $"{ensemble.Trees.Count} trees, {ensemble.Trees.Sum(static tree => tree.Nodes.Length)} nodes, {flagging.Current.Model.Trees!.Bytes / 1024.0:0} KB of tables",
                $"Model {flagging.Current.ScoredBy.Model} version {flagging.Current.ScoredBy.Version}, one thread each",
            ]);
    }

    private static IEnumerable<Figure> Figures(IReadOnlyList<Sample>[] samples)
    {
        yield return Figure.Compare("scored, 2 % explained", "/s", samples[0], samples[1], static sample => sample.PerSecond, Bar.RatioAtLeast(0.9));
        yield return new Figure(
            "reasons with texts", "µs/payment", Spread.Of(samples[2].Select(Microseconds)), Bar: Bar.AtMost(MostMicroseconds));
        yield return new Figure("reasons with texts, allocated", "B/payment", Spread.Of(samples[2].Select(static sample => sample.BytesPerItem)));
        if (samples.Length > 3)
        {
            yield return Figure.Compare("contributions", "µs/payment", samples[3], samples[4], Microseconds);
            yield return new Figure("contributions, allocated", "B/payment", Spread.Of(samples[3].Select(static sample => sample.BytesPerItem)));
        }
    }

    private static double Microseconds(Sample sample) => sample.NanosecondsPerItem / 1_000;

    private static ServedModel Load(BenchmarkOptions options, float threshold)
    {
        var directory = new ModelDirectory(new ScoringOptions { Model = options.Model, ReviewThreshold = threshold, BlockThreshold = threshold });
        return directory.Load(directory.Newest());
    }

    /// <summary>The score that the wanted share of the rows reaches, and the share that does: equal scores are many.</summary>
    private static (float Threshold, double Share) Threshold(string directory, FeatureRows rows)
    {
        using var model = OnnxModel.Load(directory);
        using var scorer = model.CreateScorer(1);
        var payment = new Payment();
        var scores = new float[rows.Count];
        for (var row = 0; row < rows.Count; row++)
        {
            scorer.SetRow(0, payment.Transaction, rows.Row(row));
            scores[row] = scorer.Score(1)[0];
        }

        var threshold = scores.OrderDescending().ElementAt((int)(FlaggedShare * scores.Length));
        return (threshold, (double)scores.Count(score => score >= threshold) / scores.Length);
    }

    private static Sample Find(ReasonFinder finder, FeatureRows rows, TimeSpan duration, CancellationToken cancellation)
    {
        var max = new ScoringOptions().MaxReasons;
        var meter = Meter.Start();
        long done = 0;
        while (meter.Elapsed < duration && !cancellation.IsCancellationRequested)
        {
            finder.Find(rows.Row((int)(done++ % rows.Count)), max);
        }

        return meter.Stop(done);
    }

    private static Sample Contribute(
        OnnxModel model, FeatureRows rows, ContributionsOf explain, TimeSpan duration, CancellationToken cancellation)
    {
        var columns = new ColumnMap(model.Manifest);
        var (payment, row, contributions) = (new Payment(), new float[columns.Count], new double[columns.Count]);
        var meter = Meter.Start();
        long done = 0;
        while (meter.Elapsed < duration && !cancellation.IsCancellationRequested)
        {
            columns.Gather(payment.Transaction, rows.Row((int)(done++ % rows.Count)), row);
            explain(row, contributions);
        }

        return meter.Stop(done);
    }

    private delegate void ContributionsOf(ReadOnlySpan<float> row, Span<double> contributions);
}
