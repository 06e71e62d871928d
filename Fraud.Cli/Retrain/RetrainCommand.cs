using System.CommandLine;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Cli.Train;
using Fraud.Http.Training;
using Fraud.Model.Scoring;
using Fraud.Model.Training;
using Fraud.Stream.Audit;
using Fraud.Stream.History;
using Fraud.Stream.Registry;
using Fraud.Stream.Retraining;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fraud.Cli.Retrain;

/// <summary>
/// <c>fraud retrain</c>: trains a new version from the stored payments, holds it against the one in service and stages it
/// when it is better. The same job that POST /train {"from":"store"} starts; the service runs it through this command.
/// </summary>
internal static class RetrainCommand
{
    public static Command Create()
    {
        var plan = new Option<FileInfo>("--plan") { Description = "a job that a service made; with --supervised", Hidden = true };
        var supervised = new Option<bool>("--supervised")
        {
            Description = "for a program that starts this one: progress as JSON lines on standard error; ends when standard input does",
            Hidden = true,
        };
        var store = new StoreArguments();
        var settings = new RetrainArguments();
        var asOf = Options.Moment("--as-of", "the moment to stand at (default: that of the newest payment)", null);
        var trainDays = Options.Whole("--train-days", "most days to train on (default: Retraining:TrainDays)", null, 1, 3_650);
        var gateDays = Options.Whole("--gate-days", "newest days with known labels to compare on (default: Retraining:GateDays)", null, 1, 365);
        var depth = Options.Whole("--max-depth", "depth of a tree", null, 1, 16);
        var rounds = Options.Whole("--max-rounds", "most trees", null, 1, 10_000);
        var seed = Options.Whole("--seed", "same seed and payments, same model to the byte", null, 0, int.MaxValue);
        var promote = Options.Flag("--promote", "put it in service when it passes (default: Retraining:AutoPromote)");
        var json = Options.Json();
        var command = new Command("retrain", "Train a new version from the stored payments, and stage it if it beats the one in service.")
        {
            plan, supervised, asOf, trainDays, gateDays, depth, rounds, seed, promote, json,
        };
        store.AddTo(command);
        settings.AddTo(command);
        command.SetAction(async (arguments, stopping) =>
        {
            using var opened = store.Open(arguments, mayMake: false);
            if (arguments.GetValue(plan) is { } file)
            {
                TrainCommand.EndWithStarter();
                var job = JsonSerializer.Deserialize<RetrainingPlan>(await File.ReadAllBytesAsync(file.FullName, stopping), RetrainingPlan.Json)
                    ?? throw new CommandException($"{file.FullName}: expected a plan");
                TrainProgress.Show(progress => new RetrainingRun(job, new ComputedHistory(opened, job.Profile)).Run(progress, stopping), lines: true);
                return 0;
            }

            var request = new RetrainingRequest(
                arguments.GetResult(asOf) is null ? null : arguments.GetValue(asOf),
                Given(trainDays), Given(gateDays), Given(depth), Given(rounds), Given(seed));
            var report = await Run(
                opened, store.Options(arguments), settings.Read(arguments), request, arguments.GetValue(promote), stopping);
            await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(json)
                ? JsonSerializer.Serialize(new { Place = report.Place, report.Report }, RetrainingPlan.Json)
                : $"{RetrainingPage.Of(report.Report)}\n{(report.Place is { } place ? $"The new version is in {place}." : "The version in service stays.")}");
            return 0;

            int? Given(Option<long> option) => arguments.GetResult(option) is null ? null : (int)arguments.GetValue(option);
        });
        return command;
    }

    private static async Task<(RetrainingReport Report, string? Place)> Run(
        IFraudStore store, StorageOptions storage, RetrainSettings settings, RetrainingRequest request, bool promote, CancellationToken stopping)
    {
        var time = TimeProvider.System;
        var actor = $"fraud retrain, {Environment.UserName} on {Environment.MachineName}";
        var registry = new ModelRegistry(new ModelQueries(store.Database), new AliasQueries(store.Database), time);
        var staged = new StagedVersions(settings.Scoring, settings.Training, registry);
        var planner = new RetrainingPlanner(
            store, settings.Retraining, settings.Profile, storage, settings.Scoring, settings.Training, staged, time, registry);
        var job = $"train-{Guid.CreateVersion7(time.GetUtcNow()):N}";
        var labels = store.LabelSequence();
        await using var lease = TrainingLeaseKeeper.TryTake(
            new TrainingLeaseQueries(store.Database), staged.Model, actor, job, settings.Retraining.LeaseTime, time, out var holder)
            ?? throw new CommandException($"expected no other job for {staged.Model}; {holder!.Owner} has {holder.Job}");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, lease.Lost);
        var plan = planner.Plan(job, staged.Next(), request);
        Directory.CreateDirectory(plan.Folder);
        try
        {
            var report = TrainProgress.Show(progress => new RetrainingRun(plan, new ComputedHistory(store, plan.Profile)).Run(progress, either.Token));
            either.Token.ThrowIfCancellationRequested();
            var place = new Handover(staged, new AuditLog(new AuditQueries(store.Database), time, NullLogger<AuditLog>.Instance), registry)
                .Apply(plan, report, promote || settings.Retraining.AutoPromote, actor);
            lease.Finish(labels);
            Directory.Delete(plan.Output, recursive: true);
            RetrainingRun.RemoveDataset(plan.Folder);
            return (report, place);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            throw new CommandException("expected to keep the lease in the store; another job may have taken over");
        }
        catch (TrainingException)
        {
            lease.Finish(null);
            throw;
        }
    }
}
