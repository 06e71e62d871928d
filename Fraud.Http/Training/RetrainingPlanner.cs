using System.Security.Cryptography;
using System.Text;
using Fraud.Model.History;
using Fraud.Model.Registry;
using Fraud.Stream.Registry;
using Fraud.Stream.Retraining;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;
using Npgsql;

namespace Fraud.Http.Training;

/// <summary>What a retraining was asked for; what is null the settings decide.</summary>
/// <param name="AsOf">The moment to stand at; null: that of the newest stored payment.</param>
public sealed record RetrainingRequest(
    DateTimeOffset? AsOf = null, int? TrainDays = null, int? GateDays = null, int? MaxDepth = null, int? MaxRounds = null, int? Seed = null);

/// <summary>Says which days a retraining takes and which version it has to beat.</summary>
/// <param name="registry">Knows the champion; null: it is the newest version in the model's folder.</param>
public sealed class RetrainingPlanner(
    IFraudStore store,
    RetrainingOptions options,
    ProfileOptions profile,
    StorageOptions storage,
    ScoringOptions scoring,
    TrainingSettings training,
    StagedVersions staged,
    TimeProvider time,
    IModelRegistry? registry = null)
{
    /// <summary>In the job's folder, when the champion comes out of the registry.</summary>
    internal const string ChampionFolder = "champion";

    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    /// <exception cref="ModelRefusedException">There is no champion that can be read.</exception>
    public RetrainingPlan Plan(string job, string version, RetrainingRequest request)
    {
        var now = time.GetUtcNow();
        // A store of simulated or replayed payments lives in their time; a payment from the future moves nothing.
        var newest = store.History.NewestEventMs() is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : now;
        var work = Path.GetFullPath(training.WorkFolder);
        var champion = Champion(Path.Combine(work, job));
        var thresholds = ModelManifest.Read(champion).Thresholds;
        var seed = request.Seed ?? options.Seed;
        return new RetrainingPlan(
            job,
            staged.Model,
            version,
            champion,
            (float)(scoring.ReviewThreshold ?? thresholds.Review),
            (float)(scoring.BlockThreshold ?? thresholds.Block),
            work,
            StoreId(),
            TrainingWindow.At(request.AsOf ?? (newest < now ? newest : now), profile.LabelDelay, options, request.TrainDays, request.GateDays),
            profile,
            options.MaxRows,
            request.MaxDepth,
            request.MaxRounds,
            seed,
            options.Rules with { Seed = seed });
    }

    private string Champion(string folder)
    {
        if (registry?.FindAlias(staged.Model, "champion") is { } champion)
        {
            var target = Path.Combine(folder, ChampionFolder);
            registry.Export(champion.Model, champion.Version, target);
            return target;
        }

        return Path.GetFullPath(new ModelDirectory(scoring).Newest());
    }

    private string StoreId()
    {
        var postgres = storage.Kind == StoreKind.Postgres ? new NpgsqlConnectionStringBuilder(storage.Postgres) : null;
        var place = postgres is null
            ? Path.GetFullPath(storage.SqliteFile)
            : FormattableString.Invariant($"{postgres.Host}:{postgres.Port}/{postgres.Database}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)))[..16];
    }
}
