using System.Net;
using System.Text.Json;
using Fraud.Model.Registry;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;
using Fraud.Tests.Cli;
using Fraud.Tests.Stream.Retraining;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Training;

public sealed class StoreTrainingTests : IDisposable
{
    private const string Request = """{"from":"store","train_days":30,"test_days":5,"max_rounds":15,"max_depth":3,"seed":7,"as_of":"2018-05-28T23:59:59Z"}""";

    private readonly TempFolder _folder = new();
    private readonly ModelVersions _models = new();

    public void Dispose()
    {
        _folder.Dispose();
        _models.Dispose();
    }

    [Fact]
    public async Task Train_FromTheStore_JudgesAndStagesAndTheCommandDoesTheSame()
    {
        await using var server = await Start(
            ("Retraining:AutoPromote", "true"), ("Retraining:GateMinGain", "-1"), ("Retraining:GateMinSaving", "-1000000"));

        var id = await server.Train(Request);
        var job = await server.Until(id, static job => job.GetProperty("status").GetString() != "running");

        Assert.True(job.GetProperty("status").GetString() == "completed", job.ToString());
        Assert.Equal("request", job.GetProperty("trigger").GetString());
        var report = job.GetProperty("report");
        var gate = report.GetProperty("gate");
        Assert.True(gate.GetProperty("is_passed").GetBoolean(), gate.ToString());
        Assert.Equal(_models.PathOf(2), job.GetProperty("staged_in").GetString());
        await Poll.Until(() => server.Services.GetRequiredService<ModelHolder>().Current.ScoredBy.Version == "2");
        var page = await server.Client.GetStringAsync(new Uri($"/train/{id}/report", UriKind.Relative));
        Assert.Contains(gate.GetProperty("reason").GetString()!, page, StringComparison.Ordinal);
        Assert.Equal(
            ["job.json", "plan.json", "report.json", "report.md"],
            Directory.EnumerateFileSystemEntries(Path.Combine(_folder.File("training"), id)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var audit = server.Services.GetRequiredService<IFraudStore>().ReadAudit(long.MaxValue, 10).Select(static entry => entry.Action).ToArray();
        Assert.Contains("training started", audit);
        Assert.Contains("challenger promoted", audit);

        // The same job by the command: same payments, same verdict.
        var (exit, output, error) = await CommandLine.Run(
            "retrain", "--data", Path.GetDirectoryName(server.Services.GetRequiredService<StorageOptions>().SqliteFile)!,
            "--model", OnlyFirst(), "--work", _folder.File("training"), "--train-days", "30", "--gate-days", "5", "--max-rounds", "15",
            "--max-depth", "3", "--seed", "7", "--as-of", "2018-05-28T23:59:59Z", "--json");
        Assert.True(exit == 0, error);
        var again = JsonDocument.Parse(output).RootElement.GetProperty("report");
        Assert.Equal(report.GetProperty("data_sha256").GetString(), again.GetProperty("data_sha256").GetString());
        Assert.Equal(gate.GetProperty("challenger").GetProperty("average_precision").GetDouble(), again.GetProperty("gate").GetProperty("challenger").GetProperty("average_precision").GetDouble());
        Assert.Equal(gate.GetProperty("gain").GetProperty("lower").GetDouble(), again.GetProperty("gate").GetProperty("gain").GetProperty("lower").GetDouble());
    }

    [Fact]
    public async Task Train_ChallengerIsNoBetter_IsRefusedAndNothingIsStaged()
    {
        await using var server = await Start(("Retraining:AutoPromote", "true"), ("Retraining:GateMinGain", "1"));

        var id = await server.Train(Request);
        var job = await server.Until(id, static job => job.GetProperty("status").GetString() != "running");

        Assert.Equal("completed", job.GetProperty("status").GetString());
        Assert.False(job.GetProperty("report").GetProperty("gate").GetProperty("is_passed").GetBoolean());
        Assert.False(job.TryGetProperty("staged_in", out _));
        Assert.False(Directory.Exists(server.Staged));
        Assert.Equal([_models.PathOf(1)], Directory.EnumerateDirectories(_models.Folder));
        Assert.Equal("1", server.Services.GetRequiredService<ModelHolder>().Current.ScoredBy.Version);
    }

    [Fact]
    public async Task Train_AnotherNodeHoldsTheLease_IsRefusedUntilItExpires()
    {
        await using var server = await Start();
        var leases = server.Services.GetRequiredService<IFraudStore>().TrainingLeases;
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        leases.TryTake(Path.GetFileName(_models.Folder), "node other", "train-other", now, now + 60_000);

        using var refused = await server.Post(Request);
        leases.TryTake(Path.GetFileName(_models.Folder), "node other", "train-other", now + 60_000, now + 1);
        using var accepted = await server.Post(Request);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("node other", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
    }

    [Fact]
    public async Task Watch_EnoughNewLabels_StartsAJobByItself()
    {
        await using var server = await Start(
            ("Retraining:Enabled", "true"), ("Retraining:MinNewLabels", "10"), ("Retraining:PollInterval", "00:00:00.200"),
            ("Retraining:GateMinFrauds", "1"), ("Retraining:TrainDays", "30"), ("Retraining:GateDays", "5"), ("Retraining:GateResamples", "100"));

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        JsonElement jobs;
        do
        {
            await Task.Delay(50, deadline.Token);
            jobs = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/train", UriKind.Relative))).RootElement.GetProperty("jobs");
        }
        while (jobs.GetArrayLength() == 0 || jobs[0].GetProperty("status").GetString() == "running");

        Assert.True(jobs[0].GetProperty("status").GetString() == "completed", jobs[0].ToString());
        Assert.StartsWith("labels: ", jobs[0].GetProperty("trigger").GetString(), StringComparison.Ordinal);
        // The cooldown holds the next one off.
        Assert.Equal(1, jobs.GetArrayLength());
        Assert.NotEqual(0, server.Services.GetRequiredService<IFraudStore>().TrainingLeases.Read(Path.GetFileName(_models.Folder))!.LabelSequence);
    }

    [Theory]
    [InlineData("""{"from":"elsewhere"}""", "from")]
    [InlineData("""{"from":"store","data":"x.csv"}""", "data")]
    [InlineData("""{"as_of":"2018-05-28T00:00:00Z"}""", "as_of")]
    [InlineData("""{"from":"store","as_of":"yesterday"}""", "as_of")]
    public async Task Train_FieldsThatDoNotGoTogether_AreRefusedByName(string body, string field)
    {
        await using var server = await TrainingServer.Start(_folder);

        using var response = await server.Post(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(field, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("field").GetString());
    }

    private async Task<TrainingServer> Start(params (string Key, string Value)[] settings)
    {
        var server = await TrainingServer.Start(
            _folder, [("Scoring:Model", _models.Folder), ("Retraining:GateMinFrauds", "1"), ("Retraining:Seed", "7"), .. settings]);
        FilledStore.Fill(server.Services.GetRequiredService<IFraudStore>(), RetrainingRunTests.Rows(), _models.PathOf(1));
        return server;
    }

    /// <summary>A folder of the same name with the first version alone, as it was before the promotion.</summary>
    private string OnlyFirst()
    {
        var folder = Path.Combine(_folder.File("before"), Path.GetFileName(_models.Folder));
        Directory.CreateDirectory(Path.Combine(folder, "1"));
        foreach (var file in Directory.EnumerateFiles(_models.PathOf(1)))
        {
            File.Copy(file, Path.Combine(folder, "1", Path.GetFileName(file)));
        }

        return folder;
    }
}
