using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Fraud.Stream.Keys;
using Fraud.Tests.Http.Security;

namespace Fraud.Tests.Http.Review;

/// <summary>A whole server that flags every payment, with keys: one that pays, and two people who decide.</summary>
public sealed class ReviewServer : IAsyncLifetime
{
    /// <summary>Cards of all payments begin so; people see only how they end.</summary>
    public const string CardPrefix = "tok_card_of_";

    /// <summary>Payments that are there from the start, a second apart from <see cref="Start"/> on.</summary>
    public const int Payments = 60;

    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);

    private string _score = "";
    private int _paid;

    public ReviewServer()
        : this([])
    {
    }

    internal ReviewServer(Dictionary<string, string?> settings) => Server = new ServerFixture(new Dictionary<string, string?>(settings)
    {
        ["Scoring:ReviewThreshold"] = "0",
        ["Scoring:BlockThreshold"] = "0.01",
        ["Overload:RatePerSecond"] = "0",
        // So that there is one to look for.
        ["CardNumbers:CardIds"] = "Allow",
        ["Security:KeyRefresh"] = "00:00:00.050",
        ["AlertStream:PollInterval"] = "00:00:00.020",
    });

    public ServerFixture Server { get; }

    public Uri Origin => Server.Client.BaseAddress!;

    public bool IsStopped { get; private set; }

    /// <summary>The key of the person in front of the page.</summary>
    public string Analyst { get; private set; } = "";

    /// <summary>The key of another person, who uses the API.</summary>
    public string Colleague { get; private set; } = "";

    public async Task InitializeAsync()
    {
        await Server.InitializeAsync();
        _score = await Key(Scopes.Score);
        Analyst = await Key(Scopes.Analyst);
        Colleague = await Key(Scopes.Analyst);
        var bodies = Enumerable.Range(0, Payments)
            .Select(static i => Body(string.Create(CultureInfo.InvariantCulture, $"order-{1000 + i}"), 20.5m + (i * 37 % 900), Start.AddSeconds(i)));
        await Post("/predict/batch", $"[{string.Join(',', bodies)}]");
    }

    public Task DisposeAsync() => Stop();

    /// <summary>Before the end of the test, too.</summary>
    public async Task Stop()
    {
        if (!IsStopped)
        {
            IsStopped = true;
            await Server.DisposeAsync();
        }
    }

    public Task<string> Key(Scopes scopes) => SecuredServer.Key(Server.Services, scopes);

    /// <summary>A payment that is newer than all before it.</summary>
    public Task Pay(string id, decimal amount = 77, string? card = null) =>
        Post("/predict", Body(id, amount, Start.AddHours(1).AddSeconds(Interlocked.Increment(ref _paid)), card));

    /// <summary>A flagged payment, as the colleague sees it.</summary>
    public async Task<JsonElement> Case(string id)
    {
        using var answer = await Send(HttpMethod.Get, $"/api/v1/anomalies/{id}", Colleague);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).Clone();
    }

    /// <summary>The colleague decides.</summary>
    public async Task Decide(string id, string status, string note)
    {
        using var answer = await Send(
            HttpMethod.Put, $"/api/v1/anomalies/{id}", Colleague, JsonSerializer.Serialize(new { new_status = status, note }));
    }

    private static string Body(string id, decimal amount, DateTimeOffset time, string? card = null) => JsonSerializer.Serialize(new
    {
        transaction_id = id,
        card_id = card ?? CardPrefix + id,
        terminal_id = "terminal-7",
        amount,
        currency = "EUR",
        source = "online",
        event_time = time,
    });

    private async Task Post(string path, string body)
    {
        using var answer = await Send(HttpMethod.Post, path, _score, body);
    }

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, string key, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-API-Key", key);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await Server.Client.SendAsync(request);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return answer;
    }
}
