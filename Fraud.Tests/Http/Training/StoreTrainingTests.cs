using System.Globalization;
using System.Net;
using System.Text.Json;
using Fraud.Stream.Audit;
using Fraud.Stream.Retraining;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;
using Fraud.Tests.Cli;
using Fraud.Tests.Stream.Retraining;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Training;

public sealed class StoreTrainingTests : IDisposable
{
    private const string Request = """{"from":"store","train_days":30,"test_days":5,"max_rounds":15,"max_depth":3,"seed":7}""";

    private readonly TempFolder _folder = new();

    // Named as its model is: what is trained is registered under the folder's name.
    private string Models => _folder.File("payments");

    public StoreTrainingTests()
    {
        var shipped = Path.Combine(Repository.Root, "models", "payments", "1");
        var first = Directory.CreateDirectory(Path.Combine(Models, "1")).FullName;
        foreach (var file in Directory.EnumerateFiles(shipped))
        {
            File.Copy(file, Path.Combine(first, Path.GetFileName(file)));
        }
    }

    public void Dispose() => _folder.Dispose();

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
        Assert.Equal("registry: payments 2", job.GetProperty("staged_in").GetString());
        await Poll.Until(() => server.Services.GetRequiredService<ModelHolder>().Current.ScoredBy.Version == "2");
        var page = await server.Client.GetStringAsync(new Uri($"/train/{id}/report", UriKind.Relative));
        Assert.Contains(gate.GetProperty("reason").GetString()!, page, StringComparison.Ordinal);
        Assert.Equal(
            ["job.json", "plan.json", "report.json", "report.md"],
            Directory.EnumerateFileSystemEntries(Path.Combine(_folder.File("training"), id)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var audit = server.Services.GetRequiredService<AuditQueries>().Read(long.MaxValue, 10).Select(static entry => entry.Action).ToArray();
        Assert.Contains("training started", audit);
        Assert.Contains("challenger promoted", audit);

        // The same job by the command: the same payments and model, which now meets itself. A tie is refused.
        var (exit, output, error) = await CommandLine.Run(
            "retrain", "--data", Path.GetDirectoryName(server.Services.GetRequiredService<StorageOptions>().SqliteFile)!,
            "--model", Models, "--work", _folder.File("training"), "--train-days", "30", "--gate-days", "5", "--max-rounds", "15",
            "--max-depth", "3", "--seed", "7", "--json");
        Assert.True(exit == 0, error);
        var again = JsonDocument.Parse(output).RootElement.GetProperty("report");
        var tie = again.GetProperty("gate");
        Assert.Equal(report.GetProperty("data_sha256").GetString(), again.GetProperty("data_sha256").GetString());
        Assert.Equal("2", tie.GetProperty("champion").GetProperty("version").GetString());
        Assert.Equal(gate.GetProperty("challenger").GetProperty("average_precision").GetDouble(), tie.GetProperty("challenger").GetProperty("average_precision").GetDouble());
        Assert.Equal((0, 0), (tie.GetProperty("gain").GetProperty("lower").GetDouble(), tie.GetProperty("gain").GetProperty("upper").GetDouble()));
        Assert.False(tie.GetProperty("is_passed").GetBoolean());
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
        Assert.Equal([Path.Combine(Models, "1")], Directory.EnumerateDirectories(Models));
        Assert.Equal("1", server.Services.GetRequiredService<ModelHolder>().Current.ScoredBy.Version);
    }

    [Fact]
    public async Task Train_AnotherNodeHoldsTheLease_IsRefusedUntilItExpires()
    {
        await using var server = await Start();
        var leases = server.Services.GetRequiredService<TrainingLeaseQueries>();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        leases.TryTake("payments", "node other", "train-other", now, now + 60_000);

        using var refused = await server.Post(Request);
        leases.TryTake("payments", "node other", "train-other", now + 60_000, now + 1);
        using var accepted = await server.Post(Request);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("node other", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
    }

    [Fact]
    public async Task Watch_EnoughNewLabels_StartsAJobByItself()
    {
        // Not before the last one: until then there is not enough to train on.
        var all = RetrainingRunTests.Rows().Count(static row => row.IsFraud).ToString(CultureInfo.InvariantCulture);
        await using var server = await Start(
            ("Retraining:Enabled", "true"), ("Retraining:MinNewLabels", all), ("Retraining:PollInterval", "00:00:00.200"),
            ("Retraining:GateMinFrauds", "1"), ("Retraining:TrainDays", "30"), ("Retraining:GateDays", "5"), ("Retraining:GateResamples", "100"));

        var jobs = default(JsonElement);
        await Poll.Until(async () =>
        {
            jobs = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/train", UriKind.Relative))).RootElement.GetProperty("jobs");
            return jobs.GetArrayLength() > 0 && jobs[0].GetProperty("status").GetString() != "running";
        });

        Assert.True(jobs[0].GetProperty("status").GetString() == "completed", jobs[0].ToString());
        Assert.StartsWith("labels: ", jobs[0].GetProperty("trigger").GetString(), StringComparison.Ordinal);
        // The cooldown holds the next one off.
        Assert.Equal(1, jobs.GetArrayLength());
        Assert.NotEqual(0, server.Services.GetRequiredService<TrainingLeaseQueries>().Read("payments")!.LabelSequence);
    }

    [Theory]
    [InlineData("""{"from":"elsewhere"}""", "from")]
    [InlineData("""{"from":"store","data":"x.csv"}""", "data")]
    [InlineData("""{"from":"store","train_from":"2018-05-08"}""", "train_from")]
    [InlineData("""{"from":"store","delay_days":1}""", "delay_days")]
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
            _folder, [("Scoring:Model", Models), ("Retraining:GateMinFrauds", "1"), ("Retraining:Seed", "7"), .. settings]);
        FilledStore.Fill(server.Services.GetRequiredService<IFraudStore>(), RetrainingRunTests.Rows(), Path.Combine(Models, "1"));
        return server;
    }
}
