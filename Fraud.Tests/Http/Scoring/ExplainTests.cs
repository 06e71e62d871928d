using System.Net;
using System.Text.Json;
using Fraud.Tests.Model;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Scoring;

/// <summary><c>?explain=true</c>, with a model whose trees carry covers.</summary>
public sealed class ExplainTests(ExplainTests.ExplainingServer explaining) : IClassFixture<ExplainTests.ExplainingServer>
{
    private ServerFixture Server => explaining.Server;

    [Fact]
    public async Task Predict_Explained_AddsUpToTheScore()
    {
        var answer = await Post("/predict?explain=true", """{"transaction_id":"e-1","card_id":"e-1","amount":320}""");

        var explanation = answer.GetProperty("explanation");
        var contributions = explanation.GetProperty("contributions").EnumerateArray().ToArray();
        Assert.Equal(ExplainableModel.Inputs.Order(), contributions.Select(static one => one.GetProperty("feature").GetString()).Order());
        Assert.Equal("amount", contributions[0].GetProperty("feature").GetString());
        Assert.Equal(320, contributions[0].GetProperty("value").GetDouble());
        var margin = explanation.GetProperty("base").GetDouble() + contributions.Sum(static one => one.GetProperty("contribution").GetDouble());
        Assert.Equal(explanation.GetProperty("margin").GetDouble(), margin, 1e-5);
        Assert.Equal(answer.GetProperty("fraud_score").GetDouble(), 1 / (1 + Math.Exp(-margin)), 1e-5);
        Assert.Equal("block", answer.GetProperty("decision").GetString());
        Assert.Contains("amount is 320 ", answer.GetProperty("reasons")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_Approved_HasReasonsOnlyWhenAsked()
    {
        var silent = await Post("/predict", """{"card_id":"a-1","amount":5}""");
        var asked = await Post("/predict?explain=1", """{"card_id":"a-2","amount":5}""");

        Assert.Equal("approve", silent.GetProperty("decision").GetString());
        Assert.Empty(silent.GetProperty("reasons").EnumerateArray());
        Assert.False(silent.TryGetProperty("explanation", out _));
        Assert.Equal("approve", asked.GetProperty("decision").GetString());
        Assert.Contains("lowers the log-odds", asked.GetProperty("reasons")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, asked.GetProperty("explanation").ValueKind);
    }

    [Fact]
    public async Task Predict_Repeated_HasTheStoredReasonsAndNoNumbers()
    {
        const string body = """{"transaction_id":"r-1","card_id":"r-1","amount":320}""";
        var first = await Post("/predict", body);
        var again = await Post("/predict?explain=true", body);

        Assert.True(again.GetProperty("duplicate").GetBoolean());
        Assert.Equal(first.GetProperty("reasons").ToString(), again.GetProperty("reasons").ToString());
        Assert.Equal(JsonValueKind.Null, again.GetProperty("explanation").ValueKind);
    }

    [Fact]
    public async Task Batch_Explained_ExplainsEachItem()
    {
        var answer = await Post("/predict/batch?explain=true", """[{"card_id":"b-1","amount":5},{"card_id":"b-2","amount":320}]""");

        Assert.All(answer.GetProperty("results").EnumerateArray(), static one =>
            Assert.Equal(4, one.GetProperty("explanation").GetProperty("contributions").GetArrayLength()));
    }

    [Fact]
    public async Task Predict_UnasksWithoutParameters_AfterAPooledPaymentWasExplained()
    {
        for (var i = 0; i < 8; i++)
        {
            await Post("/predict?explain=true", $$"""{"card_id":"p-{{i}}","amount":5}""");
        }

        Assert.False((await Post("/predict?explain=false", """{"card_id":"p","amount":5}""")).TryGetProperty("explanation", out _));
    }

    [Theory]
    [InlineData("/predict?explain=maybe")]
    [InlineData("/predict?explain=")]
    [InlineData("/predict/batch?explain=true&explain=false")]
    public async Task Explain_NeitherTrueNorFalse_IsRefused(string path)
    {
        using var response = await Server.Post(path, """{"amount":5}""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("explain: expected ", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anomaly_Flagged_CarriesTheReasons()
    {
        var answer = await Post("/predict", """{"transaction_id":"an-1","card_id":"an-1","amount":330}""");
        using var response = await Server.Client.GetAsync("/api/v1/anomalies/an-1");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(answer.GetProperty("reasons")[0].GetString()!, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<JsonElement> Post(string path, string body)
    {
        using var response = await Server.Post(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    public sealed class ExplainingServer : IAsyncLifetime
    {
        private readonly TempFolder _folder = new();

        public ExplainingServer() => Server = new ServerFixture(new Dictionary<string, string?> { ["Scoring:Model"] = ExplainableModel.Write(_folder) });

        public ServerFixture Server { get; }

        public Task InitializeAsync() => Server.InitializeAsync();

        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            _folder.Dispose();
        }
    }
}
