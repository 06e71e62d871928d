using System.Globalization;
using System.Text.Json;
using Fraud.Tests.Cli;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Drift;

public sealed class DriftEndpointTests : IAsyncLifetime
{
    private readonly ServerFixture _server = new(new Dictionary<string, string?>
    {
        ["Drift:WindowPayments"] = "500",
        ["Drift:Steps"] = "5",
        ["Drift:Confirm"] = "2",
        ["Drift:LearnPayments"] = "1000",
        ["Drift:QualityInterval"] = "00:00:01",
        ["Drift:LabelDelay"] = "00:00:00",
        ["Overload:RatePerSecond"] = "0",
    });

    private int _number;

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_NewSourceAndLabels_AreInTheReportAndTheMetrics()
    {
        await Send(2_000, "pos");
        await Poll.Until(async () => (await Report()).GetProperty("payments").GetInt64() >= 2_000);
        var quiet = await Report();
        await Send(600, "kiosk");
        await Poll.Until(async () => Alarm(await Report(), "source") is not null);
        using var labelled = await _server.Post("/labels", """[{"transaction_id":"drift-0","is_fraud":true},{"transaction_id":"drift-1","is_fraud":true}]""");
        labelled.EnsureSuccessStatusCode();
        await Poll.Until(async () => (await Report()).GetProperty("quality").EnumerateArray().Any(static live =>
            live.GetProperty("known_frauds").GetInt64() == 2 && live.GetProperty("payments").GetInt64() >= 2_500));

        Assert.Null(Alarm(quiet, "source"));
        Assert.Equal("watching", quiet.GetProperty("status").GetString());
        var report = await Report();
        var alarm = Alarm(report, "source")!.Value;
        Assert.Equal(("category", "new_share"), (alarm.GetProperty("kind").GetString(), alarm.GetProperty("measure").GetString()));
        Assert.Contains("kiosk", alarm.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var quality = Assert.Single(report.GetProperty("quality").EnumerateArray());
        Assert.InRange(quality.GetProperty("payments").GetInt64(), 2_500, 2_600);
        Assert.InRange(quality.GetProperty("accuracy").GetDouble(), 0.1, 1);
        Assert.True(quality.GetProperty("recall").ValueKind == JsonValueKind.Number);
        var metrics = await _server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("\ndata_drift_score ", metrics, StringComparison.Ordinal);
        Assert.Contains("fraud_drift_alarm{kind=\"Category\",subject=\"source\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("fraud_live_recall{model=\"payments\"", metrics, StringComparison.Ordinal);
        Assert.Contains("\nmodel_recall ", metrics, StringComparison.Ordinal);
        Assert.Contains("\nmodel_accuracy ", metrics, StringComparison.Ordinal);

        // Payments of one day: whoever looks back further is not judged, and who asks strictly is told of the alarm.
        Assert.True(report.GetProperty("distributions").EnumerateArray().Single(static one => one.GetProperty("subject").GetString() == "card_count_30d").GetProperty("waits_for_history").GetBoolean());
        var (exit, output, error) = await CommandLine.Run("drift", "report", "--url", _server.Client.BaseAddress!.ToString(), "--strict");
        Assert.True(exit == 3, error);
        Assert.Contains("ALARM source", output, StringComparison.Ordinal);
        Assert.Contains("on its test days version 1 had: precision 0.55", output, StringComparison.Ordinal);
        Assert.Contains("not enough history yet", output, StringComparison.Ordinal);
    }

    private async Task Send(int count, string source)
    {
        for (var sent = 0; sent < count; sent += 200)
        {
            var payments = Enumerable.Range(0, 200).Select(_ =>
            {
                var i = _number++;
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"transaction_id":"drift-{{i}}","card_id":"card-{{i % 50}}","amount":{{10 + (i * 7 % 60)}},"source":"{{source}}","event_time":"2018-07-25T12:{{i / 60 % 60:00}}:{{i % 60:00}}Z"}""");
            });
            using var answer = await _server.Post("/predict/batch", $$"""{"transactions":[{{string.Join(',', payments)}}]}""");
            answer.EnsureSuccessStatusCode();
        }
    }

    private async Task<JsonElement> Report() =>
        JsonDocument.Parse(await _server.Client.GetStringAsync(new Uri("/api/v1/drift", UriKind.Relative))).RootElement;

    private static JsonElement? Alarm(JsonElement report, string subject)
    {
        foreach (var alarm in report.GetProperty("alarms").EnumerateArray())
        {
            if (alarm.GetProperty("subject").GetString() == subject)
            {
                return alarm;
            }
        }

        return null;
    }
}
