using System.Text.Json;
using Fraud.Model.Evaluation;

namespace Fraud.Stream.Retraining;

/// <summary>What a retraining made and what the gate said: <c>report.json</c>, and <c>report.md</c> for people.</summary>
/// <param name="Window">The days that were used: what the store had of those planned.</param>
/// <param name="Payments">In the dataset.</param>
/// <param name="DataSha256">Digest of the dataset, which the manifest names too.</param>
/// <param name="TakenOverFrom">The job whose dataset was taken over after it was interrupted; null: exported anew.</param>
/// <param name="Rounds">Trees.</param>
/// <param name="Features">Those that all stored payments had.</param>
public sealed record RetrainingReport(
    string Job,
    string Model,
    string Version,
    TrainingWindow Window,
    int Payments,
    int Frauds,
    string DataSha256,
    string? TakenOverFrom,
    int TrainPayments,
    int TrainFrauds,
    int Rounds,
    IReadOnlyList<string> Features,
    GateReport Gate)
{
    public const string JsonFile = "report.json";
    public const string PageFile = "report.md";

    /// <exception cref="IOException">There is none, or it cannot be read.</exception>
    /// <exception cref="JsonException">It is no report.</exception>
    public static RetrainingReport Read(string folder) =>
        JsonSerializer.Deserialize<RetrainingReport>(File.ReadAllBytes(Path.Combine(folder, JsonFile)), RetrainingPlan.Json)
            ?? throw new JsonException($"{JsonFile}: expected an object");

    public void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, PageFile), RetrainingPage.Of(this));
        File.WriteAllBytes(Path.Combine(folder, JsonFile), JsonSerializer.SerializeToUtf8Bytes(this, RetrainingPlan.Json));
    }
}
