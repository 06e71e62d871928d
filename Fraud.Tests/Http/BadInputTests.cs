using System.Net;
using System.Text;
using System.Text.Json;

namespace Fraud.Tests.Http;

public sealed class BadInputTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    public static TheoryData<string, string, int, string> Bodies() => new()
    {
        { "empty body", "", 400, "body" },
        { "not JSON", "hello", 400, "body" },
        { "array instead of object", "[]", 400, "body" },
        { "cut off", """{"amount":1""", 400, "body" },
        { "something after the object", """{"amount":1} {}""", 400, "body" },
        { "trailing comma", """{"amount":1,}""", 400, "body" },
        { "NaN", """{"amount":NaN}""", 400, "body" },
        { "too deep", "{\"amount\":1,\"x\":" + new string('[', 100) + new string(']', 100) + "}", 400, "body" },
        { "amount missing", """{"card_id":"c"}""", 400, "amount" },
        { "amount as text", """{"amount":"12"}""", 400, "amount" },
        { "amount null", """{"amount":null}""", 400, "amount" },
        { "amount negative", """{"amount":-0.01}""", 400, "amount" },
        { "amount too large", """{"amount":10000000000.01}""", 400, "amount" },
        { "amount huge", """{"amount":1e400}""", 400, "amount" },
        { "amount beyond minor units", """{"amount":79228162514264337593543950335}""", 400, "amount" },
        { "amount too fine", """{"amount":1.005}""", 400, "amount" },
        { "amount too fine for its currency", """{"amount":1.5,"currency":"JPY"}""", 400, "amount" },
        { "amount twice", """{"amount":1,"amount":2}""", 400, "amount" },
        { "currency unknown form", """{"amount":1,"currency":"eur"}""", 400, "currency" },
        { "id an object", """{"amount":1,"transaction_id":{}}""", 400, "transaction_id" },
        { "id empty", """{"amount":1,"transaction_id":""}""", 400, "transaction_id" },
        { "id too long", "{\"amount\":1,\"transaction_id\":\"" + new string('x', 64) + "\"}", 400, "transaction_id" },
        { "id with control characters", """{"amount":1,"transaction_id":"a\u0000b"}""", 400, "transaction_id" },
        { "id with a lone surrogate", """{"amount":1,"transaction_id":"\ud800"}""", 400, "transaction_id" },
        { "id given under both names", """{"amount":1,"transaction_id":"a","id":"b"}""", 400, "transaction_id" },
        { "card number for a card id", """{"amount":1,"card_id":"4111111111111111"}""", 400, "card_id" },
        { "terminal a fraction", """{"amount":1,"terminal_id":1.5}""", 400, "terminal_id" },
        { "time without a zone", """{"amount":1,"event_time":"2026-01-01T00:00:00"}""", 400, "event_time" },
        { "time negative", """{"amount":1,"event_time":-1}""", 400, "event_time" },
        { "time in the far future", """{"amount":1,"event_time":"2099-01-01T00:00:00Z"}""", 400, "event_time" },
        { "features too few", """{"features":[1,2,3]}""", 400, "features" },
        { "features with text", """{"features":["a"]}""", 400, "features" },
        { "columns incomplete", """{"Time":0,"V1":1}""", 400, "V2" },
        { "source a number", """{"amount":1,"source":5}""", 400, "source" },
        { "features for a model of payments", "{\"features\":[" + string.Join(',', Enumerable.Repeat("0", 30)) + "]}", 422, "amount" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Predict_BadBody_NamesTheFieldAndWhatWasExpected(string name, string body, int status, string field)
    {
        using var response = await server.Post("/predict", body);

        var problem = await Problem(response, status);
        Assert.True(problem.GetProperty("field").GetString() == field, $"{name}: {problem}");
        Assert.NotEmpty(problem.GetProperty("expected").GetString()!);
    }

    [Fact]
    public async Task Predict_InvalidUtf8_IsRefused()
    {
        byte[] body = [.. """{"amount":1,"card_id":" """u8[..^1], 0xC3, 0x28, .. "\"}"u8];

        using var response = await server.Post("/predict", body);

        Assert.Equal("card_id", (await Problem(response, 400)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Predict_TenMegabytes_IsRefusedBeforeItIsRead()
    {
        using var response = await server.Post("/predict", new byte[10_000_000]);

        Assert.Equal("body", (await Problem(response, 413)).GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/jsonx")]
    public async Task Predict_OtherContentType_Is415(string contentType)
    {
        using var response = await server.Post("/predict", """{"amount":1}""", contentType);

        await Problem(response, 415);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"transactions":[]}""")]
    [InlineData("""{"transactions":{}}""")]
    [InlineData("5")]
    [InlineData("[{\"amount\":1}")]
    public async Task Batch_WithoutPayments_Is400(string body)
    {
        using var response = await server.Post("/predict/batch", body);

        await Problem(response, 400);
    }

    [Fact]
    public async Task Batch_1001Items_NamesTheLimit()
    {
        using var response = await server.Post("/predict/batch", "[" + string.Join(',', Enumerable.Repeat("""{"amount":1}""", 1_001)) + "]");

        Assert.Equal("1 to 1000 payments", (await Problem(response, 400)).GetProperty("expected").GetString());
    }

    [Fact]
    public async Task Batch_SomeItemsWrong_ScoresTheOthersAndNamesTheWrong()
    {
        using var response = await server.Post("/predict/batch", """{"batch_id":"b","transactions":[{"amount":1},{"amount":-1},{"amount":2},7]}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("b", answer.GetProperty("batch_id").GetString());
        Assert.Equal([0, 2], answer.GetProperty("results").EnumerateArray().Select(static result => result.GetProperty("index").GetInt32()));
        Assert.Equal([1, 3], answer.GetProperty("errors").EnumerateArray().Select(static error => error.GetProperty("index").GetInt32()));
        Assert.Equal(4, answer.GetProperty("statistics").GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Get_UnknownAddress_Is404AsProblem()
    {
        using var response = await server.Client.GetAsync(new Uri("/nothing", UriKind.Relative));

        await Problem(response, 404);
    }

    [Fact]
    public async Task Get_Predict_Is405AsProblem()
    {
        using var response = await server.Client.GetAsync(new Uri("/predict", UriKind.Relative));

        await Problem(response, 405);
    }

    [Fact]
    public async Task Predict_BadBody_NeverQuotesWhatWasSent()
    {
        using var response = await server.Post("/predict", """{"amount":"secret-amount","card_id":"4111111111111111"}""");

        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("secret-amount", text, StringComparison.Ordinal);
        Assert.DoesNotContain("4111", text, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> Problem(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(Encoding.UTF8.GetBytes(text)).RootElement;
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        return problem;
    }
}
