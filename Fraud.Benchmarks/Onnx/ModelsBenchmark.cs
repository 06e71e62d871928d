using System.Globalization;
using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Reporting;
using Fraud.Model.Scoring;

namespace Fraud.Benchmarks.Onnx;

/// <summary>Time of a call of the spiking network beside the trees of the same data, at several batch sizes.</summary>
internal sealed class ModelsBenchmark : IBenchmark
{
    // One payment alone, a small group, and the largest micro-batch by default.
    private static readonly int[] BatchSizes = [1, 32, 256];

    public string Name => "models";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, Action<string> progress, CancellationToken cancellation)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(options.Model))!;
        using var trees = OnnxModel.Load(Path.Combine(folder, "creditcard", "1"));
        using var spiking = OnnxModel.Load(Path.Combine(folder, "creditcard-snn", "1"));
        var figures = new List<Figure>();
        foreach (var batch in BatchSizes)
        {
            using var one = new Calls(spiking, batch);
            using var other = new Calls(trees, batch);
            var samples = await Measuring.Rounds.RunAsync(
                [
                    Contestant.OnThread(Invariant($"spiking, {batch} rows"), one.Run),
                    Contestant.OnThread(Invariant($"trees, {batch} rows"), other.Run),
                ],
                options, progress, cancellation);
            figures.Add(Figure.Compare(
                Invariant($"call of {batch}"), "µs", samples[0], samples[1], static sample => sample.NanosecondsPerItem / 1_000));
        }

        return new BenchmarkResult(
            Name,
            "the spiking network's calls through OnnxScorer",
            "the trees'",
            figures,
            [$"{spiking.Manifest.Name} version {spiking.Manifest.Version} and {trees.Manifest.Name} version {trees.Manifest.Version}, one thread each, the golden rows of each in turn"]);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Calls : IDisposable
    {
        private readonly OnnxScorer _scorer;
        private readonly float[][] _rows;
        private readonly int _batch;

        public Calls(OnnxModel model, int batch)
        {
            _scorer = model.CreateScorer(batch);
            _rows = [.. model.Manifest.Golden.Select(static golden => golden.Inputs.ToArray())];
            _batch = batch;
        }

        /// <summary>An item is a call, filling of its rows included, as in service.</summary>
        public Sample Run(TimeSpan duration, CancellationToken cancellation)
        {
            var meter = Meter.Start();
            long calls = 0;
            for (; meter.Elapsed < duration && !cancellation.IsCancellationRequested; calls++)
            {
                for (var row = 0; row < _batch; row++)
                {
                    _scorer.SetRaw(row, _rows[(int)((calls + row) % _rows.Length)]);
                }

                _scorer.Score(_batch);
            }

            return meter.Stop(calls);
        }

        public void Dispose() => _scorer.Dispose();
    }
}
