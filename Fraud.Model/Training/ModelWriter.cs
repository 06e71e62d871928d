using Fraud.Model.Drift;
using Fraud.Model.Registry;
using Fraud.Model.Scoring;

namespace Fraud.Model.Training;

/// <summary>Writes a trained model's folder and holds the export against XGBoost.</summary>
public static class ModelWriter
{
    private const int GoldenRows = 16;

    // Newest training days that drift is measured against: each weekday four times.
    private const int ReferenceDays = 28;

    /// <summary>Writes model.onnx and manifest.json, loads them as serving would, and scores all test rows.</summary>
    /// <returns>Largest difference between the exported model and XGBoost over the test rows.</returns>
    public static double Write(string directory, string name, string version, TrainedModel model, TrainingOptions options, string dataSha256)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(Path.Combine(directory, "model.onnx"), model.Onnx);
        var manifest = new ModelManifest
        {
            Name = name,
            Version = version,
            Sha256 = ModelManifest.DigestOf(model.Onnx),
            Inputs = [.. options.Features.Select(static feature => new ModelInput(feature, InputSource.Profile))],
            Thresholds = model.Thresholds,
            Training = new TrainingRecord
            {
                DataSha256 = dataSha256,
                TrainFrom = Iso(options.TrainFrom),
                TrainTo = Iso(options.TrainTo),
                TestFrom = Iso(options.TestFrom),
                TestTo = Iso(options.TestTo),
                LabelDelayDays = options.DelayDays,
                Rounds = model.Rounds,
                Parameters = options.Parameters(),
                Calibration = options.Calibrate ? new CalibrationLine(model.Calibration.Slope, model.Calibration.Intercept) : null,
                ThresholdRule = options.Thresholds.Describe(),
            },
            Metrics = model.Report.ToMetrics(),
            Baseline = Baseline(model.Train, options.Features),
            Golden = Golden(model),
        };
        manifest.Write(directory);
        using var loaded = OnnxModel.Load(directory);
        // Its scores of the training days are part of what it is held against later.
        (manifest with { Reference = Reference(loaded, model.Train, options.Features) }).Write(directory);
        return Difference(loaded, model);
    }

    /// <summary>Scores rows with a loaded model, in batches.</summary>
    public static float[] Score(OnnxModel model, Dataset rows)
    {
        const int batch = 256;
        using var scorer = model.CreateScorer(batch);
        var scores = new float[rows.Rows];
        for (var start = 0; start < rows.Rows; start += batch)
        {
            var count = Math.Min(batch, rows.Rows - start);
            for (var row = 0; row < count; row++)
            {
                scorer.SetRaw(row, rows.Row(start + row));
            }

            scorer.Score(count).CopyTo(scores.AsSpan(start));
        }

        return scores;
    }

    private static double Difference(OnnxModel loaded, TrainedModel model) =>
        Score(loaded, model.Test)
            .Zip(model.TestScores, static (onnx, xgboost) => Math.Abs((double)onnx - xgboost))
            .DefaultIfEmpty(0)
            .Max();

    private static Reference Reference(OnnxModel model, Dataset train, IReadOnlyList<string> features)
    {
        var first = train.Info.Max(static info => info.Day) - ReferenceDays;
        var newest = train.Select([.. Enumerable.Range(0, train.Columns)], i => train.Info[i].Day > first);
        var scores = Score(model, newest);
        var reference = new ReferenceBuilder(features);
        for (var i = 0; i < newest.Rows; i++)
        {
            var info = newest.Info[i];
            reference.Add(newest.Row(i), scores[i], ((info.Day * 86_400L) + info.SecondOfDay) * 1_000);
        }

        return reference.Build();
    }

    private static GoldenRow[] Golden(TrainedModel model)
    {
        // Spread over the scores, so that frauds are among them.
        var order = Enumerable.Range(0, model.Test.Rows).OrderBy(i => model.TestScores[i]).ThenBy(static i => i).ToArray();
        return [.. Enumerable.Range(0, Math.Min(GoldenRows, order.Length))
            .Select(i => order[order.Length == 1 ? 0 : (int)((long)i * (order.Length - 1) / Math.Max(1, GoldenRows - 1))])
            .Select(i => new GoldenRow(model.Test.Row(i).ToArray(), model.TestScores[i]))];
    }

    private static SortedDictionary<string, Quantiles> Baseline(Dataset train, IReadOnlyList<string> features)
    {
        var baseline = new SortedDictionary<string, Quantiles>(StringComparer.Ordinal);
        for (var column = 0; column < features.Count; column++)
        {
            var values = new List<float>();
            for (var i = 0; i < train.Rows; i++)
            {
                if (!train.IsFraud(i))
                {
                    values.Add(train.Row(i)[column]);
                }
            }

            values.Sort();
            baseline[features[column]] = new Quantiles(At(values, 0.01), At(values, 0.5), At(values, 0.99));
        }

        return baseline;
    }

    private static double At(List<float> sorted, double quantile) =>
        sorted.Count == 0 ? 0 : sorted[(int)(quantile * (sorted.Count - 1))];

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
