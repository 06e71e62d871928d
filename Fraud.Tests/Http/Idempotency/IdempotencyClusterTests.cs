using System.Net;
using System.Text.Json;
using Fraud.Tests.Http.Routing;

namespace Fraud.Tests.Http.Idempotency;

/// <summary>A load balancer sends the repeat to another node.</summary>
public sealed class IdempotencyClusterTests(TwoNodes nodes) : IClassFixture<TwoNodes>
{
    [Fact]
    public async Task Predict_SameKeyAtAnotherNode_CountsOnce()
    {
        nodes.A.Know(nodes.B, nodes.All);
        nodes.B.Serve(nodes.All);

        using var first = await Post(nodes.A.Client);
        using var second = await Post(nodes.B.Client);

        Assert.False(first.RootElement.GetProperty("duplicate").GetBoolean());
        Assert.True(second.RootElement.GetProperty("duplicate").GetBoolean());
        Assert.Equal(first.RootElement.GetProperty("transaction_id").GetString(), second.RootElement.GetProperty("transaction_id").GetString());
    }

    private static async Task<JsonDocument> Post(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/predict")
        {
            Content = new StringContent("""{"card_id":"idempotent-card","amount":12.5}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "\"across\"");
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text);
    }
}
