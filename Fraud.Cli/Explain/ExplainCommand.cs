using System.CommandLine;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Model.Features;
using Fraud.Model.Reasons;
using Fraud.Model.Scoring;
using Fraud.Stream.CardNumbers;
using Fraud.Stream.Cases;
using Fraud.Stream.History;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Configuration;

namespace Fraud.Cli.Explain;

/// <summary><c>fraud explain</c>: what each input contributed to a score, of a stored payment or of values given.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model")
        {
            Description = "folder of a version, or of a model with its versions: then the newest",
            DefaultValueFactory = static _ => new ScoringOptions().Model,
            HelpName = "DIR",
        };
        var features = new Option<string>("--features")
        {
            Description = "the model's inputs: NAME=VALUE with commas between (others are missing), or a JSON array of all in order",
            HelpName = "VALUES",
        };
        var id = new Option<string>("--id") { Description = "a stored payment, flagged or not", HelpName = "TXN" };
        var json = Options.Json();
        var store = new StoreArguments();
        var command = new Command("explain", "Show what each input contributed to a payment's score.") { model, features, id, json };
        store.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(features) is null == result.GetResult(id) is null)
            {
                result.AddError("expected either --features or --id");
            }
        });
        command.SetAction(async (arguments, _) =>
        {
            using var served = OnnxModel.Load(Newest(arguments.GetValue(model)!));
            var finder = new ReasonFinder(served.Manifest, served.Trees);
            ScoredPayment? stored = null;
            float[] row;
            if (arguments.GetValue(id) is { } transaction)
            {
                using var opened = store.Open(arguments, mayMake: false);
                stored = opened.Cases.FindScored(transaction) ?? opened.Cases.FindScored(TokenOf(transaction, store.Options(arguments)))
                    ?? throw new CommandException("--id: expected a payment that the store holds");
                row = RowOf(served, FeaturesOf(opened, stored));
            }
            else
            {
                row = FeatureValues.Parse(arguments.GetValue(features)!, served.Manifest);
            }

            var explanation = finder.Explain(row) ?? throw new CommandException(
                "--model: expected trees with the covers of their nodes; models of other makes and of versions before have none: train it again");
            using var scorer = served.CreateScorer(1);
            scorer.SetRaw(0, row);
            var shown = new ExplainedScore(served.Manifest, scorer.Score(1)[0], explanation, stored);
            await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(json) ? shown.ToJson() : shown.ToTable());
        });
        return command;
    }

    // A payment whose id holds a card number is stored under the token that the service's key makes of it.
    private static string TokenOf(string transaction, StorageOptions storage)
    {
        var options = StoreArguments.Configuration().GetSection(CardNumberOptions.Section).Get<CardNumberOptions>() ?? new CardNumberOptions();
        return new CardNumberGuard(options, TokenKeySource.Find(options, storage)).Id(transaction);
    }

    private static string Newest(string folder)
    {
        try
        {
            return new ModelDirectory(new ScoringOptions { Model = folder }).Newest();
        }
        catch (DirectoryNotFoundException)
        {
            throw new CommandException("--model: expected a folder with model.onnx and manifest.json, or one with such versions");
        }
    }

    // Most payments are stored without.
    private static IReadOnlyList<float> FeaturesOf(IFraudStore store, ScoredPayment stored) =>
        stored.Features.Count == 0 && store.History.Find(stored.TransactionId) is { } payment
            ? new ComputedHistory(store, StoreArguments.Profile()).Of(payment)
            : stored.Features;

    private static float[] RowOf(OnnxModel model, IReadOnlyList<float> known)
    {
        if (model.Manifest.TakesPayload)
        {
            throw new CommandException("--id: expected a model of payments; feature lists are not stored: give them with --features");
        }

        // What an earlier version did not compute is missing.
        var features = new float[FeatureCatalog.Count];
        Array.Fill(features, float.NaN);
        for (var i = 0; i < Math.Min(features.Length, known.Count); i++)
        {
            features[i] = known[i];
        }

        return [.. model.Manifest.Inputs.Select(input => features[FeatureCatalog.IndexOf(input.Name)])];
    }
}
