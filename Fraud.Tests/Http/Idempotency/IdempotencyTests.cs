using System.Net;
using System.Text.Json;
using Fraud.Http.Idempotency;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Idempotency;

public sealed class IdempotencyTests(IdempotencyTests.ForgetfulServer forgetful) : IClassFixture<IdempotencyTests.ForgetfulServer>, IDisposable
{
    /// <summary>A server that remembers two keys, and whose store can be held.</summary>
    public sealed class ForgetfulServer : IAsyncLifetime
    {
        private readonly TempFolder _folder = new();

        public ForgetfulServer()
        {
            Store = GraphHost.Sqlite(_folder);
            Server = new ServerFixture(new() { ["Idempotency:MaxKeys"] = "2" }, services => services.AddSingleton<IFraudStore>(Store));
        }

        public ServerFixture Server { get; }

        internal HookedStore Store { get; }

        public Task InitializeAsync() => Server.InitializeAsync();

        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            Store.Dispose();
            _folder.Dispose();
        }
    }

    // Keys and payments of each test are its own.
    private readonly string _key = $"\"{Guid.NewGuid():N}\"";
    private readonly int _storedBefore = forgetful.Store.Journal().Count;

    private int Stored => forgetful.Store.Journal().Count - _storedBefore;

    public void Dispose() => forgetful.Store.BeforeCommit = static (_, _) => { };

    [Theory]
    [InlineData("/predict", """{"card_id":"c","amount":20}""")]
    [InlineData("/predict/batch", """[{"card_id":"c","amount":20},{"card_id":"d","amount":30},{"amount":-1}]""")]
    [InlineData("/labels", """[{"transaction_id":"later","is_fraud":true}]""")]
    public async Task Post_SameKeyAndBody_RepeatsTheAnswerByteForByte(string path, string body)
    {
        using var first = await Post(path, body, _key);
        using var second = await Post(path, body, _key);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.False(first.Headers.Contains(IdempotencyGate.Replayed));
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal("true", second.Headers.GetValues(IdempotencyGate.Replayed).Single());
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Predict_SameKeyOtherBody_Is422AndNotScored()
    {
        using var first = await Post("/predict", """{"card_id":"c","amount":20}""", _key);
        using var other = await Post("/predict", """{"card_id":"c","amount":21}""", _key);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Equal(1, Stored);
    }

    [Fact]
    public async Task Predict_FirstStillInProgress_Is409AndTheFirstIsAnswered()
    {
        const string body = """{"card_id":"c","amount":20}""";
        using var release = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        forgetful.Store.BeforeCommit = (_, _) =>
        {
            reached.Set();
            release.Wait();
        };
        var first = Post("/predict", body, _key);
        Assert.True(await Task.Run(() => reached.Wait(Poll.Deadline)));

        using (var second = await Post("/predict", body, _key))
        {
            Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
            Assert.NotNull(second.Headers.RetryAfter);
        }

        release.Set();
        using var answered = await first;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        using var third = await Post("/predict", body, _key);
        Assert.Equal(await answered.Content.ReadAsStringAsync(), await third.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Predict_CallerLeavesBeforeTheAnswer_FindsItWithTheSameKey()
    {
        const string body = """{"card_id":"c","amount":20}""";
        using var release = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        forgetful.Store.BeforeCommit = (_, _) =>
        {
            reached.Set();
            release.Wait();
        };
        using var leaving = new CancellationTokenSource();
        var left = Post("/predict", body, _key, leaving.Token);
        Assert.True(await Task.Run(() => reached.Wait(Poll.Deadline)));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        release.Set();

        HttpResponseMessage? again = null;
        await Poll.Until(() =>
        {
            again = Post("/predict", body, _key).GetAwaiter().GetResult();
            return again.StatusCode == HttpStatusCode.OK;
        });
        Assert.True(again!.Headers.Contains(IdempotencyGate.Replayed));
        Assert.Equal(1, Stored);
    }

    [Fact]
    public async Task Predict_KeyForgotten_TheSamePaymentIsKnownByItsId()
    {
        const string body = """{"card_id":"c","amount":20}""";
        using var first = await Json("/predict", body, _key);
        for (var i = 0; i < 3; i++)
        {
            using var _ = await Post("/predict", """{"amount":1}""", $"\"other-{i}-{_key[1..]}");
        }

        using var second = await Json("/predict", body, _key);

        Assert.StartsWith("idem-", first.RootElement.GetProperty("transaction_id").GetString(), StringComparison.Ordinal);
        Assert.Equal(first.RootElement.GetProperty("transaction_id").GetString(), second.RootElement.GetProperty("transaction_id").GetString());
        Assert.True(second.RootElement.GetProperty("duplicate").GetBoolean());
        Assert.Equal(first.RootElement.GetProperty("fraud_score").GetSingle(), second.RootElement.GetProperty("fraud_score").GetSingle());
        Assert.Equal(4, Stored);
    }

    [Fact]
    public async Task Batch_KeyForgotten_EachPaymentIsKnownByItsId()
    {
        const string body = """[{"amount":-1},{"card_id":"c","amount":20},{"transaction_id":"own","card_id":"c","amount":20}]""";
        using var first = await Json("/predict/batch", body, _key);
        for (var i = 0; i < 3; i++)
        {
            using var _ = await Post("/predict", """{"amount":1}""", $"\"other-{i}-{_key[1..]}");
        }

        using var second = await Json("/predict/batch", body, _key);

        var ids = Ids(first);
        Assert.EndsWith("-1", ids[0], StringComparison.Ordinal);
        Assert.Equal("own", ids[1]);
        Assert.Equal(ids, Ids(second));
        Assert.All(second.RootElement.GetProperty("results").EnumerateArray(), static result => Assert.True(result.GetProperty("duplicate").GetBoolean()));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("two words")]
    [InlineData("\"open")]
    public async Task Predict_MalformedKey_Is400(string key)
    {
        using var response = await Post("/predict", """{"amount":1}""", key);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("Idempotency-Key", problem.GetProperty("field").GetString());
    }

    [Fact]
    public async Task Predict_RefusedBody_LeavesTheKeyFree()
    {
        using var wrong = await Post("/predict", """{"amount":"x"}""", _key);
        using var right = await Post("/predict", """{"amount":1}""", _key);

        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal("application/problem+json", wrong.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task Predict_LargeBodyInChunks_IsReadTwiceAsOne()
    {
        var body = "[" + string.Join(',', Enumerable.Range(0, 900).Select(static i => $$"""{"card_id":"c{{i}}","amount":{{i}}}""")) + "]";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/predict/batch")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.TryAddWithoutValidation("Idempotency-Key", _key);

        using var response = await forgetful.Server.Client.SendAsync(request);

        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        Assert.Equal(900, JsonDocument.Parse(text).RootElement.GetProperty("statistics").GetProperty("scored").GetInt32());
    }

    [Fact]
    public async Task Predict_KeyRequired_IsRefusedWithout()
    {
        var server = new ServerFixture(new() { ["Idempotency:Required"] = "true" });
        await server.InitializeAsync();
        try
        {
            using var without = await server.Post("/predict", """{"amount":1}""");
            using var health = await server.Client.GetAsync(new Uri("/health", UriKind.Relative));

            Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private async Task<JsonDocument> Json(string path, string body, string key)
    {
        using var response = await Post(path, body, key);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text);
    }

    private static string[] Ids(JsonDocument answer) =>
        [.. answer.RootElement.GetProperty("results").EnumerateArray().Select(static result => result.GetProperty("transaction_id").GetString()!)];

    private async Task<HttpResponseMessage> Post(string path, string body, string key, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await forgetful.Server.Client.SendAsync(request, cancellation);
    }
}
