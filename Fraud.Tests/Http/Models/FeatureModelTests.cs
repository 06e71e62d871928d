using System.Text.Json;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Models;

/// <summary>A server with a model of the 30 features beside the one of payments.</summary>
public sealed class FeatureModelTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly ServerFixture _server;

    public FeatureModelTests() => _server = new ServerFixture(new() { ["Scoring:FeatureModel"] = FeatureListModel.Write(_folder) });

    public Task InitializeAsync() => _server.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Predict_PaymentOrList_IsAnsweredByTheModelThatTakesIt()
    {
        var payment = await Answer("/predict", """{"amount":1500,"source":"online"}""");
        var list = await Answer("/predict", List(-8));

        Assert.Equal(("payments", "creditcard"), (payment.GetProperty("model").GetString(), list.GetProperty("model").GetString()));
        Assert.Equal("block", list.GetProperty("decision").GetString());
    }

    [Fact]
    public async Task Batch_ListsAmongPayments_AnswersInOrder()
    {
        var answer = await Answer("/predict/batch", $$"""{"transactions":[{"amount":1},{{List(-8)}},{"amount":2},{{List(0)}}]}""");

        Assert.Equal(
            ["payments", "creditcard", "payments", "creditcard"],
            answer.GetProperty("results").EnumerateArray().Select(static result => result.GetProperty("model").GetString()!));
    }

    [Fact]
    public async Task Info_AndHealth_NameBoth()
    {
        var info = await Answer("/model/info");
        var lists = await Answer("/model/info?model=creditcard");
        var health = await Answer("/health");
        using var unknown = await _server.Client.GetAsync(new Uri("/model/info?model=other", UriKind.Relative));

        Assert.Equal(("payments", "payment"), (info.GetProperty("name").GetString(), info.GetProperty("input").GetString()));
        Assert.Equal(("creditcard", "features"), (lists.GetProperty("name").GetString(), lists.GetProperty("input").GetString()));
        Assert.Equal(["champion", "features"], info.GetProperty("served").EnumerateArray().Select(static model => model.GetProperty("role").GetString()!));
        Assert.Equal(("payments", "creditcard"), (health.GetProperty("model").GetString(), health.GetProperty("feature_model").GetString()));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private static string List(double v14) => $$"""{"features":[{{string.Join(',', Enumerable.Range(0, 30).Select(i => i == 14 ? v14 : 0))}}]}""";

    private async Task<JsonElement> Answer(string path, string? body = null)
    {
        using var response = body is null
            ? await _server.Client.GetAsync(new Uri(path, UriKind.Relative))
            : await _server.Post(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
