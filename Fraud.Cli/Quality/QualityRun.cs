using Fraud.Model.History;
using Fraud.Model.Training;

namespace Fraud.Cli.Quality;

/// <summary>Trains and tests over folds, each in the same way, with the rows of one replay.</summary>
internal sealed class QualityRun
{
    private readonly IReadOnlyList<TrainingOptions> _folds;
    private readonly Dataset _rows;
    private readonly Dataset _oracle;

    /// <param name="progress">Called with the share that is done.</param>
    public QualityRun(FileInfo data, IReadOnlyList<TrainingOptions> folds, Action<double> progress)
    {
        TrainingLibrary.Require();
        _folds = folds;
        var (first, last) = (folds.Min(static fold => fold.TrainFrom), folds.Max(static fold => fold.TestTo));
        var delay = folds[0].DelayDays;
        var lastDay = FeatureReplay.DayOf(last);
        var history = HandbookReader.Read(data.FullName).TakeWhile(row => row.UnixSeconds / 86_400 <= lastDay).ToList();
        var days = (double)(lastDay - (history[0].UnixSeconds / 86_400) + 1);
        var seen = 0;
        _rows = new FeatureReplay(new ProfileOptions { LabelDelay = TimeSpan.FromDays(delay) })
            .Run(history, first, last, _ => progress(++seen / days));
        _oracle = new Dataset(columns: 1);
        var scores = new ScenarioOracle(delay).Score(history, first);
        for (var i = 0; i < scores.Count; i++)
        {
            _oracle.Add([scores[i]], _rows.IsFraud(i), _rows.Info[i]);
        }
    }

    public IReadOnlyList<FoldResult> Train(IReadOnlyList<string> features, Action<double> progress)
    {
        var results = new List<FoldResult>();
        foreach (var fold in _folds)
        {
            var done = results.Count;
            var options = fold with { Features = features };
            var model = new Trainer(options).Train(
                _rows, (round, most, _) => progress((done + ((double)round / most)) / _folds.Count));
            results.Add(new FoldResult(options, model.Report, Ranking.CalibrationError(Raw(model), model.Test.IsFraud)));
        }

        return results;
    }

    /// <summary>What could be known at most, on the same rows.</summary>
    public IReadOnlyList<FoldResult> Oracle() =>
        [.. _folds.Select(fold =>
        {
            var test = HandbookProtocol.Test(_oracle, fold, [0]);
            var report = EvaluationReport.Of(test, test.Values, 0.5, 0.5);
            return new FoldResult(fold, report, report.CalibrationError);
        })];

    // The line over the margin, taken back.
    private static float[] Raw(TrainedModel model) =>
        [.. model.TestScores.Select(score =>
        {
            var margin = (Math.Log(score / (1.0 - score)) - model.Calibration.Intercept) / model.Calibration.Slope;
            return (float)(1 / (1 + Math.Exp(-margin)));
        })];
}

/// <param name="RawCalibrationError">Before calibration.</param>
internal sealed record FoldResult(TrainingOptions Options, EvaluationReport Report, double RawCalibrationError);
