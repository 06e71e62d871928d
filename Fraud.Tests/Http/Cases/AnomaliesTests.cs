using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Fraud.Stream.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Cases;

public sealed class AnomaliesTests(FlaggingServer flagging) : IClassFixture<FlaggingServer>
{
    private HttpClient Client => flagging.Server.Client;

    [Fact]
    public async Task List_FollowedByLinkHeader_ShowsEachOnceThoughMoreArrive()
    {
        for (var i = 0; i < 5; i++)
        {
            await flagging.Pay($"page-{i}", $"2025-03-0{i + 1}T00:00:00Z");
        }

        var seen = new List<string>();
        var address = "/api/v1/anomalies?limit=2&from=2025-03-01&to=2025-04-01";
        while (address.Length > 0)
        {
            using var answer = await Client.GetAsync(new Uri(address, UriKind.Relative));
            var page = await FlaggingServer.Json(answer);
            Assert.Equal(page.GetProperty("data").GetArrayLength(), page.GetProperty("count").GetInt32());
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(static payment => payment.GetProperty("transaction_id").GetString()!));
            address = answer.Headers.TryGetValues("Link", out var link) ? link.Single().Split('<', '>')[1] : "";
            Assert.Equal(address.Length > 0, page.GetProperty("next_cursor").ValueKind == JsonValueKind.String);
            await flagging.Pay($"meanwhile-{seen.Count}", "2025-03-20T00:00:00Z");
        }

        Assert.Equal(["page-4", "page-3", "page-2", "page-1", "page-0"], seen);
    }

    [Theory]
    [InlineData("score", "2025-07")]
    [InlineData("amount", "2025-08")]
    public async Task List_Sorted_PagesThroughAllHighestFirst(string sort, string month)
    {
        for (var i = 0; i < 7; i++)
        {
            await flagging.Pay($"{sort}-{i}", $"{month}-0{i + 1}T00:00:00Z", amount: i % 3 * 100 + 7.5m);
        }

        var seen = new List<(double Key, string Time)>();
        var cursor = "";
        while (true)
        {
            using var answer = await Client.GetAsync(new Uri($"/api/v1/anomalies?limit=2&from={month}-01&to={month}-20&sort={sort}{cursor}", UriKind.Relative));
            var page = await FlaggingServer.Json(answer);
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(payment =>
                (payment.GetProperty(sort == "score" ? "fraud_score" : "amount").GetDouble(), payment.GetProperty("event_time").GetString()!)));
            if (page.GetProperty("next_cursor").GetString() is not { } next)
            {
                break;
            }

            cursor = "&cursor=" + next;
        }

        Assert.Equal(7, seen.Select(static row => row.Time).Distinct().Count());
        Assert.Equal(seen.OrderByDescending(static row => row.Key).ThenByDescending(static row => row.Time, StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task List_Row_HasTheReferencesFieldsAndAMaskedCard()
    {
        await flagging.Pay("row", "2025-05-01T00:00:00Z");

        using var answer = await Client.GetAsync(new Uri("/api/v1/anomalies?from=2025-05-01&to=1746144000", UriKind.Relative));
        var row = (await FlaggingServer.Json(answer)).GetProperty("data")[0];

        Assert.Equal("row", row.GetProperty("transaction_id").GetString());
        Assert.Equal("****_row", row.GetProperty("card_id").GetString());
        Assert.Equal(12.5, row.GetProperty("amount").GetDouble());
        Assert.Equal("2025-05-01T00:00:00+00:00", row.GetProperty("timestamp").GetString());
        Assert.Equal(row.GetProperty("fraud_score").GetDouble(), row.GetProperty("ml_anomaly_score").GetDouble());
        Assert.True(row.GetProperty("is_anomaly").GetBoolean());
        Assert.Equal("NEW", row.GetProperty("status").GetString());
        Assert.Null(answer.Headers.TryGetValues("Link", out var link) ? link.First() : null);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("offset=-1", "offset")]
    [InlineData("offset=10001", "offset")]
    [InlineData("min_score=1.5", "min_score")]
    [InlineData("min_score=NaN", "min_score")]
    [InlineData("status=OPEN", "status")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=%00", "to")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("cursor=1.-1", "cursor")]
    [InlineData("cursor=1.1.0.5", "cursor")]
    [InlineData("sort=score&cursor=1.1", "cursor")]
    [InlineData("sort=score&cursor=1.1.NaN", "cursor")]
    [InlineData("sort=amount&cursor=1.1.", "cursor")]
    [InlineData("sort=card", "sort")]
    public async Task List_WrongParameter_IsAProblemThatNamesIt(string query, string field)
    {
        using var answer = await Client.GetAsync(new Uri("/api/v1/anomalies?" + query, UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, (await FlaggingServer.Json(answer)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Put_WithEtags_LetsNobodyOverwriteAChangeUnseen()
    {
        await flagging.Pay("etag");
        using var read = await Client.GetAsync(new Uri("/api/v1/anomalies/etag", UriKind.Relative));
        var tag = read.Headers.ETag!;
        using var unchanged = await Send(HttpMethod.Get, "etag", null, request => request.Headers.IfNoneMatch.Add(tag));

        using var first = await Put("etag", """{"new_status":"INVESTIGATED","note":"asked the bank"}""", tag);
        using var second = await Put("etag", """{"new_status":"DISMISSED"}""", tag);
        using var third = await Put("etag", """{"new_status":"FRAUD"}""", first.Headers.ETag!);

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal("tok_card_of_etag", (await FlaggingServer.Json(read)).GetProperty("card_id").GetString());
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("Transaction status updated", (await FlaggingServer.Json(first)).GetProperty("message").GetString());
        Assert.Equal(HttpStatusCode.PreconditionFailed, second.StatusCode);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
        using var after = await Client.GetAsync(new Uri("/api/v1/anomalies/etag", UriKind.Relative));
        var body = await FlaggingServer.Json(after);
        Assert.Equal("FRAUD", body.GetProperty("status").GetString());
        Assert.Equal(
            ["INVESTIGATED>FRAUD by anonymous: ", "NEW>INVESTIGATED by anonymous: asked the bank"],
            body.GetProperty("history").EnumerateArray().Select(static change =>
                $"{change.GetProperty("from")}>{change.GetProperty("to")} by {change.GetProperty("by")}: {change.GetProperty("note")}"));
    }

    [Theory]
    [InlineData("\"v0\"", 304)]
    [InlineData("W/\"v0\"", 304)]
    [InlineData("\"x\", W/\"v0\"", 304)]
    [InlineData("\"v7\" ,\"v0\"", 304)]
    [InlineData("*", 304)]
    [InlineData("\"v1\"", 200)]
    [InlineData("\"v00\"", 200)]
    [InlineData("v0", 200)]
    [InlineData("\"v0", 200)]
    [InlineData("*, \"v0\"", 200)]
    public async Task Get_IfNoneMatch_IsComparedAsTheStandardSays(string header, int status)
    {
        await flagging.Pay("none-match");

        using var answer = await Send(HttpMethod.Get, "none-match", null, request => request.Headers.TryAddWithoutValidation("If-None-Match", header));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("\"v0\"", answer.Headers.ETag!.Tag);
    }

    [Theory]
    [InlineData("v0", 400)]
    [InlineData("\"v0", 400)]
    [InlineData("0", 400)]
    [InlineData("*, \"v0\"", 400)]
    [InlineData("", 400)]
    // Weak: what a proxy that compresses makes of a tag. It says too little to write upon.
    [InlineData("W/\"v0\"", 412)]
    [InlineData("\"v1\"", 412)]
    [InlineData("\"other\"", 412)]
    [InlineData("\"v7\", \"v0\"", 200)]
    [InlineData("*", 200)]
    public async Task Put_IfMatch_IsComparedAsTheStandardSays(string header, int status)
    {
        var id = "match-" + Guid.NewGuid().ToString("N");
        await flagging.Pay(id);

        using var answer = await Send(
            HttpMethod.Put, id, """{"new_status":"INVESTIGATED"}""", request => request.Headers.TryAddWithoutValidation("If-Match", header));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.True(status == 200 || (await FlaggingServer.Json(answer)).GetProperty("field").GetString() == "If-Match");
    }

    [Fact]
    public async Task Get_PaddedId_IsThePaymentWithout()
    {
        await flagging.Pay("  padded ");

        using var answer = await Client.GetAsync(new Uri("/api/v1/anomalies/%20padded", UriKind.Relative));

        Assert.Equal("padded", (await FlaggingServer.Json(answer)).GetProperty("transaction_id").GetString());
    }

    [Theory]
    [InlineData("from=2025-05-01 00:00:00%2B00:00", 200)]
    [InlineData("from=2025-05-01T02:00:00+02:00", 200)]
    [InlineData("from=1746057600&to=1746057600000", 200)]
    [InlineData("from=0", 200)]
    [InlineData("from=2025-05-01T00:00:00", 400)]
    [InlineData("from=05/01/2025", 400)]
    [InlineData("from=1 May 2025", 400)]
    public async Task List_Times_AreReadAsThoseOfPayments(string query, int status)
    {
        using var answer = await Client.GetAsync(new Uri("/api/v1/anomalies?" + query, UriKind.Relative));

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Put_FraudTwice_FeedsOneLabel()
    {
        var store = flagging.Server.Services.GetRequiredService<IFraudStore>();
        await flagging.Pay("label");
        var before = store.LabelSequence();

        using var first = await Put("label", """{"new_status":"FRAUD"}""");
        using var second = await Put("label", """{"new_status":"fraud"}""");
        Assert.Equal(before + 1, store.LabelSequence());
        using var third = await Put("label", """{"new_status":"DISMISSED"}""");

        Assert.All([first, second, third], static answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(before + 2, store.LabelSequence());
        Assert.False(store.ReadLabelJournal(before + 1, 1)[0].Change.Label.IsFraud);
    }

    [Theory]
    [InlineData("""{"new_status":"OPEN"}""", 400, "new_status")]
    [InlineData("""{"new_status":1}""", 400, "new_status")]
    [InlineData("""{"new_status":"FRAUD","new_status":"FRAUD"}""", 400, "new_status")]
    [InlineData("""{"note":"x"}""", 400, "new_status")]
    [InlineData("""{"new_status":"FRAUD","note":7}""", 400, "note")]
    [InlineData("""{"new_status":"FRAUD","note":"\u0000"}""", 400, "note")]
    [InlineData("""{"new_status":"FRAUD","note":"\ud800"}""", 400, "body")]
    [InlineData("""{"new_status":"FRAUD"} x""", 400, "body")]
    [InlineData("[]", 400, "body")]
    [InlineData("", 400, "body")]
    [InlineData("""{"new_status":"FRAUD"}""", 404, "transaction_id")]
    public async Task Put_Wrong_IsAProblemThatNamesTheField(string body, int status, string field)
    {
        using var answer = await Put("nobody-paid-this", body);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(field, (await FlaggingServer.Json(answer)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Get_Unknown_IsNotFound()
    {
        using var answer = await Client.GetAsync(new Uri("/api/v1/anomalies/" + new string('x', 200), UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("a%2fb")]
    [InlineData("ä b")]
    [InlineData("100%")]
    [InlineData("a+b&c=d?e#f")]
    [InlineData("..")]
    [InlineData(".")]
    public async Task Open_AnyIdThatIsPaidWith_IsThatPayment(string id)
    {
        await flagging.Pay(id);
        var encoded = Uri.EscapeDataString(id);
        // The client itself resolves these when they stand in a path.
        var isStep = id is "." or "..";
        string[] addresses = [$"/api/v1/anomaly?transaction_id={encoded}", .. isStep ? [] : (string[])[$"/api/v1/anomalies/{encoded}"]];
        foreach (var address in addresses)
        {
            using var read = await Client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
            Assert.Equal(id, (await FlaggingServer.Json(read)).GetProperty("transaction_id").GetString());

            using var changed = await Client.PutAsync(
                new Uri(address, UriKind.Relative),
                new StringContent("""{"new_status":"INVESTIGATED","note":"n"}""", Encoding.UTF8, "application/json"));
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
            Assert.Equal(id, (await FlaggingServer.Json(changed)).GetProperty("transaction_id").GetString());
        }
    }

    [Fact]
    public async Task Open_SlashAndItsCodeInIds_AreDifferentPayments()
    {
        await flagging.Pay("one/two", amount: 1);
        await flagging.Pay("one%2Ftwo", amount: 2);

        foreach (var (id, amount) in new[] { ("one/two", 1.0), ("one%2Ftwo", 2.0) })
        {
            using var read = await Client.GetAsync(new Uri("/api/v1/anomalies/" + Uri.EscapeDataString(id), UriKind.Relative));
            Assert.Equal(amount, (await FlaggingServer.Json(read)).GetProperty("amount").GetDouble());
        }
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("?transaction_id=", 400)]
    [InlineData("?transaction_id=a&transaction_id=b", 400)]
    [InlineData("?transaction_id=%00", 404)]
    [InlineData("?transaction_id=nobody-paid-this", 404)]
    public async Task OpenByQuery_NoPaymentNamed_IsAProblemThatSaysSo(string query, int status)
    {
        using var answer = await Client.GetAsync(new Uri("/api/v1/anomaly" + query, UriKind.Relative));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("transaction_id", (await FlaggingServer.Json(answer)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Put_IfMatchRequiredAndAbsent_Is428()
    {
        var strict = new FlaggingServer(new Dictionary<string, string?> { ["Cases:RequireIfMatch"] = "true" });
        await strict.InitializeAsync();
        try
        {
            using var answer = await strict.Server.Client.PutAsync(
                new Uri("/api/v1/anomalies/x", UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/json"));

            Assert.Equal(HttpStatusCode.PreconditionRequired, answer.StatusCode);
        }
        finally
        {
            await strict.DisposeAsync();
        }
    }

    [Fact]
    public async Task Get_Approved_IsOpenedThoughItIsInNoList()
    {
        var plain = new ServerFixture([]);
        await plain.InitializeAsync();
        try
        {
            (await plain.Post("/predict", """{"transaction_id":"approved","card_id":"tok_1","amount":1.5,"event_time":"2025-11-20T12:00:00Z"}""")).EnsureSuccessStatusCode();

            using var answer = await plain.Client.GetAsync(new Uri("/api/v1/anomalies/approved", UriKind.Relative));
            var payment = await FlaggingServer.Json(answer);
            using var list = await plain.Client.GetAsync(new Uri("/api/v1/anomalies", UriKind.Relative));
            using var put = await plain.Client.PutAsync(
                new Uri("/api/v1/anomalies/approved", UriKind.Relative), new StringContent("""{"new_status":"FRAUD"}""", Encoding.UTF8, "application/json"));

            Assert.Equal(("approve", false, "NEW"), (payment.GetProperty("decision").GetString(), payment.GetProperty("is_anomaly").GetBoolean(), payment.GetProperty("status").GetString()));
            Assert.Empty((await FlaggingServer.Json(list)).GetProperty("data").EnumerateArray());
            Assert.Equal(HttpStatusCode.NotFound, put.StatusCode);
        }
        finally
        {
            await plain.DisposeAsync();
        }
    }

    private Task<HttpResponseMessage> Put(string id, string body, EntityTagHeaderValue? tag = null) => Send(HttpMethod.Put, id, body, request =>
    {
        if (tag is not null)
        {
            request.Headers.IfMatch.Add(tag);
        }
    });

    private async Task<HttpResponseMessage> Send(HttpMethod method, string id, string? body, Action<HttpRequestMessage> prepare)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/anomalies/" + id);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        prepare(request);
        return await Client.SendAsync(request);
    }
}
