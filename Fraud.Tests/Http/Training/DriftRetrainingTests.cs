using System.Globalization;
using System.Text.Json;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Model.Training;
using Fraud.Stream.Drift;
using Fraud.Stream.Retraining;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;
using Fraud.Tests.Model.Training;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Fraud.Tests.Http.Training;

/// <summary>Payments turn into others while the service runs, and it helps itself: alarm, training, gate, promotion.</summary>
public sealed class DriftRetrainingTests(ITestOutputHelper output) : IDisposable
{
    // Prices treble on this day. The last day comes when the windows of 30 days, the days of training, gap and gate, and
    // the label delay have passed since.
    private const int DriftDay = 60;
    private const int LastDay = 121;
    private const int MoreDays = 7;

    private const double Threshold = 0.1;

    private static readonly DateTimeOffset First = new(2018, 4, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Drift_OfTheRunningService_IsTrainedAwayByItself()
    {
        var rows = SimulatedHistory.Rows(customers: 250, seed: 4, days: LastDay + MoreDays, fraudShare: 0.03).ToList();
        await using var server = await TrainingServer.Start(
            _folder,
            ("Scoring:Model", TrainBeforeTheDrift(rows)), ("Scoring:ModelPollInterval", "00:00:00.200"), ("Overload:RatePerSecond", "0"),
            // Payments of so few cards are not independent: what a card usually pays moves by itself more than the limits allow.
            // Every payment is looked at, however quickly they come.
            ("Drift:MaxPerSecond", "1000000"),
            ("Drift:WindowPayments", "1000"), ("Drift:PsiLimit", "0.6"), ("Drift:KsLimit", "0.3"), ("Drift:JsLimit", "0.1"),
            // Distributions alone start it: what labels say of old decisions is another test's.
            ("Drift:QualityCases", "1000000"),
            ("Retraining:Enabled", "true"), ("Retraining:DriftThreshold", Threshold.ToString(CultureInfo.InvariantCulture)),
            ("Retraining:Interval", "00:00:00"), ("Retraining:PollInterval", "00:00:00.200"),
            ("Retraining:TrainDays", "14"), ("Retraining:GateMinFrauds", "5"), ("Retraining:GateResamples", "200"),
            // What the drift spoils is decisions; ranks survive it, because features compare a card with itself.
            ("Retraining:GateMinGain", "-0.1"), ("Retraining:GateMinSaving", "0"), ("Retraining:AutoPromote", "true"));
        var served = server.Services.GetRequiredService<ModelHolder>();
        var signals = server.Services.GetRequiredService<IDriftSignals>();

        // Another node trains until the labels of the drifted days are known: before that there is nothing to learn of them.
        var leases = server.Services.GetRequiredService<TrainingLeaseQueries>();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var later = now + (long)TimeSpan.FromHours(1).TotalMilliseconds;
        Assert.True(leases.TryTake("payments", "node other", "train-other", now, later).IsTaken);

        await Send(server, rows, 0, DriftDay);
        // A fresh store: nobody is alarmed by histories that are still short, nor by anything else.
        Assert.True(signals.DataDriftScore < Threshold, await Report(server));

        await Send(server, rows, DriftDay, LastDay, times: 3);
        await Poll.Until(() => signals.DataDriftScore >= Threshold);
        Assert.Contains(signals.Active, static alarm => alarm is { Subject: "amount", Version: "1" });
        Assert.Empty((await Get(server, "/train")).GetProperty("jobs").EnumerateArray());
        leases.TryTake("payments", "node other", "train-other", later, now);
        await Poll.Until(() => served.Current.ScoredBy.Version != "1");
        // The version may be served before its job has said so.
        List<JsonElement> jobs = [];
        await Poll.Until(async () =>
        {
            jobs = [.. (await Get(server, "/train")).GetProperty("jobs").EnumerateArray()];
            return jobs.Exists(static job => job.TryGetProperty("staged_in", out _));
        });
        output.WriteLine(string.Join('\n', jobs.Select(static job => job.ToString())));
        Assert.All(jobs, static job => Assert.StartsWith("drift: ", job.GetProperty("trigger").GetString(), StringComparison.Ordinal));
        Assert.Contains(jobs, static job => job.TryGetProperty("staged_in", out var place) && place.GetString()!.StartsWith("registry: payments ", StringComparison.Ordinal));

        await Send(server, rows, LastDay, LastDay + MoreDays, times: 3);
        using var answer = await server.Client.PostAsync(
            new Uri("/predict", UriKind.Relative), new StringContent("""{"amount":30}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.NotEqual("1", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("model_version").GetString());
        var report = await Get(server, "/api/v1/drift");
        output.WriteLine(report.ToString());
        Assert.Equal(("watching", "manifest"), (report.GetProperty("status").GetString(), report.GetProperty("reference").GetProperty("origin").GetString()));
        Assert.True(report.GetProperty("data_drift_score").GetDouble() < Threshold, report.ToString());
        Assert.DoesNotContain(report.GetProperty("alarms").EnumerateArray(), static alarm => alarm.GetProperty("subject").GetString() is "amount" or "data");
    }

    private string TrainBeforeTheDrift(IEnumerable<HandbookRow> rows)
    {
        var options = new TrainingOptions
        {
            TrainFrom = DateOnly.FromDateTime(First.AddDays(38).UtcDateTime),
            TrainDays = 14,
            DelayDays = 4,
            TestDays = 4,
            MaxRounds = 60,
            MaxDepth = 4,
            DropKnownCards = false,
        };
        var data = new FeatureReplay(new ProfileOptions()).Run(rows, options.TrainFrom, options.TestTo);
        var model = _folder.File("payments");
        ModelWriter.Write(Path.Combine(model, "1"), "payments", "1", new Trainer(options).Train(data), options, new string('0', 64));
        return model;
    }

    /// <summary>In their order, and then the labels of these days.</summary>
    private static async Task Send(TrainingServer server, List<HandbookRow> rows, int fromDay, int toDay, int times = 1)
    {
        var (from, to) = (First.AddDays(fromDay).ToUnixTimeSeconds(), First.AddDays(toDay).ToUnixTimeSeconds());
        foreach (var chunk in rows.Where(row => row.UnixSeconds >= from && row.UnixSeconds < to).Chunk(500))
        {
            var payments = chunk.Select(row => string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"transaction_id":"{{row.TransactionId}}","card_id":"{{row.CustomerId}}","terminal_id":"{{row.TerminalId}}","amount":{{row.AmountMinor * times / 100m}},"currency":"EUR","event_time":"{{DateTimeOffset.FromUnixTimeSeconds(row.UnixSeconds):yyyy-MM-ddTHH:mm:ssZ}}"}"""));
            await Post(server, "/predict/batch", $$"""{"transactions":[{{string.Join(',', payments)}}]}""");
            var frauds = chunk.Where(static row => row.IsFraud).Select(static row => $$"""{"transaction_id":"{{row.TransactionId}}","is_fraud":true}""").ToList();
            if (frauds.Count > 0)
            {
                await Post(server, "/labels", $"[{string.Join(',', frauds)}]");
            }
        }
    }

    private static async Task Post(TrainingServer server, string address, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await server.Client.PostAsync(new Uri(address, UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> Get(TrainingServer server, string address) =>
        JsonDocument.Parse(await server.Client.GetStringAsync(new Uri(address, UriKind.Relative))).RootElement;

    private static async Task<string> Report(TrainingServer server) => (await Get(server, "/api/v1/drift")).ToString();
}
