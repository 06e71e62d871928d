using System.Globalization;
using System.Net;
using System.Text.Json;
using Fraud.Model.Features;

namespace Fraud.Tests.Http.Scoring;

/// <summary>What a scored payment is answered with.</summary>
public sealed class PredictTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly string[] Fields =
    [
        "transaction_id", "fraud_score", "fraud_probability", "is_fraud", "decision", "threshold", "confidence", "reasons",
        "risk_factors", "model", "model_version", "inference_time_ms", "processing_time_ms", "timestamp",
    ];

    [Fact]
    public async Task Predict_AmountAndSource_AnswersEveryField()
    {
        var before = DateTimeOffset.UtcNow;

        var answer = await Predict("""{"amount":1500,"source":"online"}""");

        Assert.All(Fields, field => Assert.True(answer.TryGetProperty(field, out _), field));
        var score = answer.GetProperty("fraud_score").GetDouble();
        Assert.Equal(score, answer.GetProperty("fraud_probability").GetDouble());
        Assert.Equal(Math.Max(score, 1 - score), answer.GetProperty("confidence").GetDouble(), 1e-6);
        Assert.Equal(score >= answer.GetProperty("threshold").GetDouble(), answer.GetProperty("is_fraud").GetBoolean());
        var inference = answer.GetProperty("inference_time_ms").GetDouble();
        Assert.InRange(inference, 0.001, answer.GetProperty("processing_time_ms").GetDouble());
        var time = answer.GetProperty("timestamp").GetString()!;
        Assert.EndsWith("Z", time, StringComparison.Ordinal);
        Assert.InRange(
            DateTimeOffset.Parse(time, CultureInfo.InvariantCulture), before.AddMilliseconds(-2), DateTimeOffset.UtcNow.AddMilliseconds(2));
    }

    [Fact]
    public async Task Predict_Flagged_NamesTheFeaturesThatItsReasonsAreAbout()
    {
        var answer = await Predict("""{"card_id":"factors","terminal_id":"t","amount":950}""");

        var reasons = Strings(answer, "reasons");
        var factors = Strings(answer, "risk_factors");
        Assert.Equal(reasons.Length, factors.Length);
        Assert.NotEmpty(factors);
        Assert.Contains(reasons, static reason => reason.Contains(" is 950 ", StringComparison.Ordinal));
        Assert.Subset(new HashSet<string>(FeatureCatalog.Names), factors.ToHashSet());
    }

    [Fact]
    public async Task Predict_AgainWithTheSameId_KeepsTheFactorsAndInfersNothing()
    {
        const string body = """{"transaction_id":"factors-2","card_id":"factors-2","amount":950}""";
        var first = await Predict(body);
        var again = await Predict(body);

        Assert.True(again.GetProperty("duplicate").GetBoolean());
        Assert.Equal(Strings(first, "risk_factors"), Strings(again, "risk_factors"));
        Assert.Equal(0, again.GetProperty("inference_time_ms").GetDouble());
    }

    [Theory]
    [InlineData("""{"amount":12.5,"customer_id":"c-1"}""")]
    [InlineData("""{"amount":12.5,"user_id":17,"merchant_id":"m","source":"pos","timestamp":1700000000}""")]
    [InlineData("""{"amount":12.5,"card_id":"k","customer_id":"c","terminal_id":"t","event_time":"2026-01-02T03:04:05Z","place":{"lat":52.5,"lon":13.4}}""")]
    [InlineData("""{"Time":0,"V1":1,"V2":1,"V3":1,"V4":1,"V5":1,"V6":1,"V7":1,"V8":1,"V9":1,"V10":1,"V11":1,"V12":1,"V13":1,"V14":1,"V15":1,"V16":1,"V17":1,"V18":1,"V19":1,"V20":1,"V21":1,"V22":1,"V23":1,"V24":1,"V25":1,"V26":1,"V27":1,"V28":1,"Amount":5,"amount":5}""")]
    public async Task Predict_OptionalFields_AreTaken(string body) =>
        Assert.Equal("payments", (await Predict(body)).GetProperty("model").GetString());

    [Fact]
    public async Task Batch_Statistics_AreThoseOfTheResults()
    {
        using var response = await server.Post(
            "/predict/batch", """{"batch_id":"b-7","transactions":[{"card_id":"s1","amount":1},{"card_id":"s2","amount":950},{"amount":-1}]}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        var statistics = answer.GetProperty("statistics");
        var scores = answer.GetProperty("results").EnumerateArray().Select(static one => one.GetProperty("fraud_score").GetDouble()).ToArray();
        Assert.Equal(2, scores.Length);
        Assert.Equal((3, 2, 1, 1), (Number("total"), Number("scored"), Number("failed"), Number("fraud_count")));
        Assert.Equal(0.5, statistics.GetProperty("fraud_rate").GetDouble());
        Assert.Equal(scores.Average(), statistics.GetProperty("avg_score").GetDouble(), 1e-6);
        Assert.Equal(scores.Max(), statistics.GetProperty("max_score").GetDouble(), 1e-6);
        var seconds = statistics.GetProperty("processing_time_ms").GetDouble() / 1_000;
        Assert.InRange(statistics.GetProperty("throughput_per_second").GetDouble(), 1.9 / seconds, 2.1 / seconds);
        Assert.All(answer.GetProperty("results").EnumerateArray(), one => Assert.All(Fields, field => Assert.True(one.TryGetProperty(field, out _), field)));

        int Number(string name) => statistics.GetProperty(name).GetInt32();
    }

    private async Task<JsonElement> Predict(string body)
    {
        using var response = await server.Post("/predict", body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static string[] Strings(JsonElement answer, string name) =>
        [.. answer.GetProperty(name).EnumerateArray().Select(static one => one.GetString()!)];
}
