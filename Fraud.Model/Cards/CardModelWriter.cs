using System.Globalization;
using Fraud.Model.Decoding;
using Fraud.Model.Registry;
using Fraud.Model.Scoring;
using Fraud.Model.Training;

namespace Fraud.Model.Cards;

/// <summary>Writes the folder of a model of the card data set and holds the export against the trainer.</summary>
public static class CardModelWriter
{
    private const int GoldenRows = 16;

    /// <summary>Writes model.onnx and manifest.json, loads them as serving would, and scores all test rows.</summary>
    /// <returns>Largest difference between the exported model and the trainer's own scores over the test rows.</returns>
    public static double Write(
        string directory, string name, string version, TrainedCardModel model, CardTrainingOptions options, string dataSha256)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(Path.Combine(directory, "model.onnx"), model.Onnx);
        new ModelManifest
        {
            Name = name,
            Version = version,
            Sha256 = ModelManifest.DigestOf(model.Onnx),
            Inputs = [.. PayloadColumns.Names.Select(static column => new ModelInput(column, InputSource.Payload))],
            Thresholds = model.Thresholds,
            Training = new TrainingRecord
            {
                DataSha256 = dataSha256,
                // The data set counts from an unnamed moment: it has no dates.
                TrainFrom = "",
                TrainTo = "",
                TestFrom = "",
                TestTo = "",
                LabelDelayDays = 0,
                Rounds = model.Rounds,
                Parameters = Parameters(model, options),
            },
            Metrics = Metrics(model),
            Baseline = Baseline(model.Split),
            Golden = Golden(model),
        }.Write(directory);
        using var loaded = OnnxModel.Load(directory);
        return ModelWriter.Score(loaded, model.Split.Test)
            .Zip(model.TestScores, static (onnx, own) => Math.Abs((double)onnx - own))
            .Max();
    }

    public static SortedDictionary<string, double> Metrics(TrainedCardModel model)
    {
        var metrics = model.Report.ToMetrics();
        foreach (var (name, value) in model.Measures)
        {
            metrics[name] = value;
        }

        return metrics;
    }

    private static SortedDictionary<string, string> Parameters(TrainedCardModel model, CardTrainingOptions options)
    {
        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["test_from_second"] = options.TestFromSecond.ToString(CultureInfo.InvariantCulture),
            ["folds"] = options.Folds.ToString(CultureInfo.InvariantCulture),
            ["first_hour_weight"] = options.FirstHourWeight.ToString(CultureInfo.InvariantCulture),
            ["fraud_rate_served"] = CardTrainingOptions.NaturalFraudRate.ToString("R", CultureInfo.InvariantCulture),
            ["review_false_positives"] = options.ReviewFalsePositives.ToString(CultureInfo.InvariantCulture),
            ["block_false_positives"] = options.BlockFalsePositives.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in model.Parameters)
        {
            parameters[name] = value;
        }

        return parameters;
    }

    // Spread over the scores, so that frauds are among them.
    private static GoldenRow[] Golden(TrainedCardModel model)
    {
        var test = model.Split.Test;
        var order = Enumerable.Range(0, test.Rows).OrderBy(row => model.TestScores[row]).ThenBy(static row => row).ToArray();
        return [.. Enumerable.Range(0, Math.Min(GoldenRows, order.Length))
            .Select(i => order[(int)((long)i * (order.Length - 1) / (GoldenRows - 1))])
            .Select(row => new GoldenRow(test.Row(row).ToArray(), model.TestScores[row]))];
    }

    /// <summary>Of the legitimate training rows that were drawn from the whole span: the first hour is one of 48.</summary>
    private static SortedDictionary<string, Quantiles> Baseline(CardSplit split)
    {
        var baseline = new SortedDictionary<string, Quantiles>(StringComparer.Ordinal);
        var rows = Enumerable.Range(0, split.Train.Rows).Where(row => !split.Train.IsFraud(row) && !split.InFirstHour[row]).ToArray();
        for (var column = 1; column < split.Train.Columns; column++)
        {
            float[] values = [.. rows.Select(row => split.Train.Row(row)[column]).Order()];
            baseline[PayloadColumns.Names[column]] = new Quantiles(At(values, 0.01), At(values, 0.5), At(values, 0.99));
        }

        return baseline;
    }

    private static double At(float[] sorted, double quantile) =>
        sorted.Length == 0 ? 0 : sorted[(int)(quantile * (sorted.Length - 1))];
}
