using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Cli.Train;
using Fraud.Model.Features;
using Fraud.Stream.History;
using Fraud.Stream.Storage;

namespace Fraud.Cli.Verify;

/// <summary><c>fraud verify</c>: are stored features and scores what training would compute from the same history?</summary>
internal static class VerifyCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var store = new StoreArguments();
        var rows = Options.Whole("--rows", "compare so many of the newest payments; those before build up histories", 50_000, 1);
        var models = new Option<DirectoryInfo>("--models")
        {
            Description = "folder of the models",
            DefaultValueFactory = static _ => new DirectoryInfo("models"),
        }.AcceptExistingOnly();
        var json = ReportPrinter.JsonOption();
        var command = new Command(
            "verify",
            "Compute features and scores of stored payments again, from the payments and labels before them, and compare them with what was stored bit by bit.")
        {
            rows, models, json,
        };
        store.AddTo(command);
        command.SetAction((arguments, stopping) => Task.FromResult(Run(
            store, arguments, arguments.GetValue(rows), arguments.GetValue(models)!, arguments.GetValue(json), stopping)));
        return command;
    }

    private static int Run(
        StoreArguments store, ParseResult arguments, long rows, DirectoryInfo models, bool json, CancellationToken stopping)
    {
        using var opened = store.Open(arguments, mayMake: false);
        using var recomputation = new Recomputation(models.FullName, opened.Count().Results - rows);
        foreach (var payment in new ComputedHistory(opened, StoreArguments.Profile()).Read(0, long.MaxValue, progress: null, stopping))
        {
            recomputation.Add(payment);
        }

        Print(recomputation, json);
        return recomputation.IsIdentical ? 0 : 1;
    }

    private static void Print(Recomputation result, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    identical = result.IsIdentical,
                    rows = result.Rows,
                    kept = result.Kept,
                    scored = result.Scored,
                    feature_mismatches = result.FeatureMismatches.Sum(),
                    score_mismatches = result.ScoreMismatches,
                },
                Indented));
            return;
        }

        Console.WriteLine($"{"feature",-38}{"compared",10}{"not zero",10}{"mismatches",12}");
        for (var i = 0; i < FeatureCatalog.Count; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{FeatureCatalog.Names[i],-38}{result.Kept,10}{result.NotZero[i],10}{result.FeatureMismatches[i],12}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{"score",-38}{result.Scored,10}{"",10}{result.ScoreMismatches,12}   largest difference {result.LargestScoreDifference:0.0e+00}"));
        Console.WriteLine(result.IsIdentical ? "identical" : "not identical");
    }
}
