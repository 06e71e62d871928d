using System.Text.Json;
using Fraud.Model.Evaluation;
using Fraud.Model.Features;
using Fraud.Model.Scoring;
using Fraud.Model.Training;
using Fraud.Stream.History;

namespace Fraud.Stream.Retraining;

/// <summary>
/// One retraining from export to verdict: takes stored payments whose labels are known, trains a challenger on the older
/// ones and holds it against the champion on the newest. Writes the challenger's folder and the report; changes nothing
/// that is served.
/// </summary>
/// <remarks>
/// Killed at any moment, the next job of the same days takes the dataset over when it was whole, and starts again else.
/// </remarks>
public sealed class RetrainingRun(RetrainingPlan plan, ComputedHistory history)
{
    private const string Dataset = "dataset.bin";
    private const string DatasetKey = "dataset.json";

    /// <param name="progress">Told the stage and how much of it is done, 0 to 1.</param>
    /// <exception cref="TrainingException">XGBoost is not installed, or there is not enough to train on.</exception>
    /// <exception cref="Fraud.Model.Registry.ModelRefusedException">The champion cannot be loaded, or takes more than features.</exception>
    public RetrainingReport Run(Action<string, double> progress, CancellationToken cancellation)
    {
        TrainingLibrary.Require();
        Directory.CreateDirectory(plan.Folder);
        var takenOver = Export(progress, cancellation);
        var stored = StoredHistory.Load(Path.Combine(plan.Folder, Dataset), plan.MaxRows);
        if (stored.Rows.Rows == 0)
        {
            throw new TrainingException(
                $"expected stored payments from {plan.Window.TrainFrom:yyyy-MM-dd} to {plan.Window.End:yyyy-MM-dd}, whose labels are known as of {plan.Window.AsOf:u}; found none");
        }

        var window = plan.Window.From(DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(stored.Rows.Info[0].Day));
        var options = Options(window);
        cancellation.ThrowIfCancellationRequested();
        var trained = new Trainer(options).Train(stored.Rows, (round, most, _) =>
        {
            cancellation.ThrowIfCancellationRequested();
            progress("training", (double)round / most);
        });
        var difference = ModelWriter.Write(plan.Output, plan.Model, plan.Version, trained, options, stored.Sha256);
        // What Trainer's exports differ by at most; more would be another model.
        if (difference > 1e-5)
        {
            throw new TrainingException(FormattableString.Invariant(
                $"the exported model differs from XGBoost by {difference}; it must not by more than 1e-5"));
        }

        progress("comparing", 0);
        var gate = Judge(stored, window);
        progress("comparing", 1);
        var report = new RetrainingReport(
            plan.Job, plan.Model, plan.Version, window, stored.Rows.Rows, stored.Rows.Frauds, stored.Sha256, takenOver,
            trained.Train.Rows, trained.Train.Frauds, trained.Rounds, options.Features, gate);
        report.Write(plan.Folder);
        return report;
    }

    // What the shipped model is chosen by.
    private const int MaxValidationDays = 14;

    private TrainingOptions Options(TrainingWindow window)
    {
        var usual = new TrainingOptions();
        if (window.TrainDays <= usual.ValidationDays)
        {
            throw new TrainingException(
                $"expected more than {usual.ValidationDays} days to train on before {window.TrainFrom.AddDays(window.TrainDays):yyyy-MM-dd}; the store's first is {window.TrainFrom:yyyy-MM-dd}");
        }

        return usual with
        {
            TrainFrom = window.TrainFrom,
            TrainDays = window.TrainDays,
            DelayDays = window.GapDays,
            TestDays = window.GateDays,
            // Two days hold few frauds: rounds, calibration and thresholds chosen by them are chosen by chance.
            ValidationDays = Math.Clamp(window.TrainDays / 4, usual.ValidationDays, MaxValidationDays),
            Features = FeatureCatalog.Names,
            MaxDepth = plan.MaxDepth ?? usual.MaxDepth,
            MaxRounds = plan.MaxRounds ?? usual.MaxRounds,
            Seed = plan.Seed,
            // The gate looks at all payments, as the service does.
            DropKnownCards = false,
        };
    }

    private GateReport Judge(StoredHistory stored, TrainingWindow window)
    {
        var from = FeatureReplay.DayOf(window.GateFrom);
        var kept = Enumerable.Range(0, stored.Rows.Rows).Where(row => stored.Rows.Info[row].Day >= from).ToArray();
        var days = stored.Rows.Select([.. Enumerable.Range(0, FeatureCatalog.Count)], row => stored.Rows.Info[row].Day >= from);
        var rows = new GateRows(
            [.. kept.Select(stored.Rows.IsFraud)],
            [.. kept.Select(row => stored.Rows.Info[row].Card)],
            [.. kept.Select(row => stored.AmountsMinor[row])]);
        return new ModelGate(plan.Rules).Judge(
            rows,
            Scored(plan.Champion, days, new ThresholdPolicy(plan.ChampionReview, plan.ChampionBlock)),
            Scored(plan.Output, days, null));
    }

    private static GateModel Scored(string directory, Dataset rows, DecisionPolicy? policy)
    {
        using var model = OnnxModel.Load(directory);
        using var scorer = new FeatureScorer(model);
        var manifest = model.Manifest;
        return new GateModel(
            manifest.Name, manifest.Version, scorer.Score(rows),
            policy ?? new ThresholdPolicy((float)manifest.Thresholds.Review, (float)manifest.Thresholds.Block));
    }

    /// <returns>The job whose dataset was taken over; null when it was made anew.</returns>
    private string? Export(Action<string, double> progress, CancellationToken cancellation)
    {
        progress("exporting", 0);
        var file = Path.Combine(plan.Folder, Dataset);
        var key = JsonSerializer.Serialize(
            new { plan.Store, plan.Profile, plan.Window.TrainFrom, plan.Window.TrainDays, plan.Window.GapDays, plan.Window.GateDays }, RetrainingPlan.Json);
        foreach (var folder in Directory.EnumerateDirectories(plan.WorkFolder).Order(StringComparer.Ordinal).Reverse())
        {
            var keyFile = Path.Combine(folder, DatasetKey);
            if (File.Exists(keyFile) && File.ReadAllText(keyFile) == key && File.Exists(Path.Combine(folder, Dataset)))
            {
                if (folder != plan.Folder)
                {
                    File.Move(Path.Combine(folder, Dataset), file, overwrite: true);
                    File.Delete(keyFile);
                    File.WriteAllText(Path.Combine(plan.Folder, DatasetKey), key);
                }

                return Path.GetFileName(folder);
            }
        }

        using (var writer = new DatasetWriter(file))
        {
            foreach (var payment in history.Read(
                TrainingWindow.Ms(plan.Window.TrainFrom), TrainingWindow.Ms(plan.Window.End), done => progress("exporting", done), cancellation))
            {
                writer.Add(payment);
            }

            writer.Complete();
        }

        // Last: with it the dataset counts as whole.
        File.WriteAllText(Path.Combine(plan.Folder, DatasetKey), key);
        return null;
    }

    /// <summary>Removes the dataset, once nobody will take it over.</summary>
    public static void RemoveDataset(string folder)
    {
        foreach (var name in (string[])[DatasetKey, Dataset, Dataset + ".new"])
        {
            File.Delete(Path.Combine(folder, name));
        }
    }
}
