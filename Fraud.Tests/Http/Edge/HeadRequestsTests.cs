using System.Net;
using System.Text.Json;
using Fraud.Tests.Http.ApiDocs;

namespace Fraud.Tests.Http.Edge;

/// <summary>HEAD at every address that has a GET, as the document names them: status and headers of GET, and no body.</summary>
public sealed class HeadRequestsTests(FlaggingServer flagging) : IClassFixture<FlaggingServer>
{
    private HttpClient Client => flagging.Server.Client;

    [Fact]
    public async Task Head_EveryAddressWithGet_AnswersAsGetDoesWithoutABody()
    {
        await flagging.Server.UntilReady();
        await flagging.Pay("order-1001");
        var document = await ApiDocument.Of(Client);
        var different = new List<string>();
        var asked = 0;
        foreach (var (path, _, operation) in document.Operations.Where(static one => one.Method == "get"))
        {
            var address = Address(path, operation);
            // It has no end, so GET is left at its head.
            using var get = await Client.GetAsync(new Uri(address, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            using var head = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, new Uri(address, UriKind.Relative)));
            asked++;
            if (head.StatusCode != get.StatusCode || Shown(head) != Shown(get) || (await head.Content.ReadAsByteArrayAsync()).Length > 0)
            {
                different.Add($"{address}: GET {(int)get.StatusCode} {Shown(get)}, HEAD {(int)head.StatusCode} {Shown(head)}");
            }
        }

        Assert.Empty(different);
        Assert.InRange(asked, 30, 1_000);
    }

    [Theory]
    [InlineData("/review")]
    [InlineData("/api/docs")]
    public async Task Head_Pages_AreThere(string path)
    {
        using var head = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Fact]
    public async Task Head_AddressThatOnlyTakesPosts_Is405()
    {
        using var head = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/predict"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, head.StatusCode);
        Assert.Equal(["POST"], head.Content.Headers.Allow);
    }

    [Fact]
    public async Task Delete_AddressWithGet_NamesHeadToo()
    {
        using var answer = await Client.DeleteAsync(new Uri("/stats", UriKind.Relative));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow);
    }

    // A connection is used on: a body that came after all would be taken for the next answer.
    [Fact]
    public async Task Head_ThenGetOnTheSameConnection_IsInStep()
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = Client.BaseAddress };
        for (var i = 0; i < 3; i++)
        {
            using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/openapi.json"));
            Assert.InRange(head.Content.Headers.ContentLength!.Value, 1_000, long.MaxValue);
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(await client.GetStringAsync(new Uri("/stats", UriKind.Relative))).RootElement.ValueKind);
        }
    }

    private static string Address(string path, JsonElement operation)
    {
        var query = new List<string>();
        JsonElement[] parameters = operation.TryGetProperty("parameters", out var all) ? [.. all.EnumerateArray()] : [];
        foreach (var parameter in parameters)
        {
            var name = parameter.GetProperty("name").GetString()!;
            if (parameter.TryGetProperty("example", out var example))
            {
                if (parameter.GetProperty("in").GetString() == "path")
                {
                    path = path.Replace($"{{{name}}}", Uri.EscapeDataString(example.ToString()), StringComparison.Ordinal);
                }
                else if (parameter.GetProperty("in").GetString() == "query")
                {
                    query.Add($"{name}={Uri.EscapeDataString(example.ToString())}");
                }
            }
        }

        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    private static string Shown(HttpResponseMessage answer) => string.Join(
        ", ", answer.Content.Headers.ContentType, answer.Headers.ETag, answer.Headers.CacheControl, string.Join(' ', answer.Content.Headers.Allow),
        answer.Headers.TryGetValues("Link", out var link) ? link.Single() : "");
}
