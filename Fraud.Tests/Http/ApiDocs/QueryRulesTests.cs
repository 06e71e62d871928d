using System.Net;
using System.Text.Json;

namespace Fraud.Tests.Http.ApiDocs;

/// <summary>A query parameter that an address does not know, or that comes twice, is a mistake at every address that is not open to all.</summary>
public sealed class QueryRulesTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string CardNumber = "4111111111111111";

    [Fact]
    public async Task Query_UnknownParameter_IsRefusedWhereItCouldMeanSomething()
    {
        var document = await ApiDocument.Of(server.Client);
        var wrong = new List<string>();
        var (refused, passed) = (0, 0);
        foreach (var (path, method, operation) in document.Operations)
        {
            // Scrapers put things there, too.
            var isOpen = !operation.TryGetProperty("security", out _) || path == "/metrics";
            if (isOpen && method != "get")
            {
                continue;
            }

            using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), new Uri(
                $"{path.Replace('{', 'x').Replace('}', 'x')}?{CardNumber}=x", UriKind.Relative));
            using var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            var text = path.Contains("stream", StringComparison.Ordinal) && answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync();
            var isRefused = answer.StatusCode == HttpStatusCode.BadRequest && text.Contains("query: expected no parameters", StringComparison.Ordinal);
            var isMlflow = path.StartsWith("/api/2.0/mlflow", StringComparison.Ordinal);
            wrong.AddRange(isRefused == (isOpen || isMlflow) ? [$"{method} {path}: {(int)answer.StatusCode} {text}"] : []);
            wrong.AddRange(text.Contains(CardNumber, StringComparison.Ordinal) ? [$"{method} {path} quotes it"] : []);
            _ = isRefused ? refused++ : passed++;
        }

        Assert.Empty(wrong);
        Assert.True(refused > 20 && passed > 10, $"{refused} refused, {passed} not");
    }

    [Theory]
    [InlineData("/api/v1/anomalies?card_id=c-1", "query", "no parameters but limit, sort, cursor, offset, min_score, status, from, to")]
    [InlineData("/api/v1/anomalies?status=NEW&status=FRAUD", "status", "once")]
    [InlineData("/api/v1/anomalies?status=NEW&STATUS=FRAUD", "status", "once")]
    [InlineData("/stats?model=payments", "query", "no parameters")]
    [InlineData("/api/v1/models/comparison?since=2025-01-01&since=2025-01-02", "since", "once")]
    [InlineData("/cluster?view=node&view=node", "view", "once")]
    public async Task Get_WrongQuery_SaysWhatIsTaken(string address, string field, string expected)
    {
        using var answer = await server.Client.GetAsync(new Uri(address, UriKind.Relative));
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal((field, expected), (problem.GetProperty("field").GetString(), problem.GetProperty("expected").GetString()));
    }

    [Theory]
    [InlineData("/api/v1/anomalies?LIMIT=1&status=")]
    [InlineData("/health?probe=1&probe=2")]
    [InlineData("/metrics?name[]=up")]
    [InlineData("/api/2.0/mlflow/registered-models/search?order_by=name&order_by=timestamp%20DESC&new_in_mlflow=1")]
    public async Task Get_QueryThatIsInOrderOrMeansNothingHere_IsAnswered(string address)
    {
        using var answer = await server.Client.GetAsync(new Uri(address, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Get_MlflowParameterThatComesTwice_IsRefusedInItsWords()
    {
        using var answer = await server.Client.GetAsync(new Uri("/api/2.0/mlflow/registered-models/get?name=payments&name=other", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("INVALID_PARAMETER_VALUE", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error_code").GetString());
    }
}
