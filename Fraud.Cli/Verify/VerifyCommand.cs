using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Cli.Train;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Configuration;

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
            "Recompute stored features and scores from the stored payments and labels, and compare bit by bit. Holds for payments stored in order of event time from the first on, with labels that came within the label delay.")
        {
            rows, models, json,
        };
        store.AddTo(command);
        command.SetAction((arguments, stopping) => Task.FromResult(Run(
            store.Options(arguments), arguments.GetValue(rows), arguments.GetValue(models)!, arguments.GetValue(json), stopping)));
        return command;
    }

    private static int Run(StorageOptions options, long rows, DirectoryInfo models, bool json, CancellationToken stopping)
    {
        if (options.Kind == StoreKind.Sqlite && !File.Exists(options.SqliteFile))
        {
            throw new CommandException($"{options.SqliteFile}: expected a store; --data or --postgres names another");
        }

        var profile = StoreArguments.Configuration().GetSection(ProfileOptions.Section).Get<ProfileOptions>() ?? new ProfileOptions();
        var frauds = StoredScores.Frauds(options);
        long all = StoredScores.Read(options, stopping).LongCount();
        using var recomputation = new Recomputation(profile, models.FullName, all - rows);
        foreach (var stored in StoredScores.Read(options, stopping))
        {
            recomputation.Add(stored, frauds.Contains(stored.TransactionId));
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
                $"{FeatureCatalog.Names[i],-38}{result.Rows,10}{result.NotZero[i],10}{result.FeatureMismatches[i],12}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{"score",-38}{result.Scored,10}{"",10}{result.ScoreMismatches,12}   largest difference {result.LargestScoreDifference:0.0e+00}"));
        Console.WriteLine(result.IsIdentical ? "identical" : "not identical");
    }
}
