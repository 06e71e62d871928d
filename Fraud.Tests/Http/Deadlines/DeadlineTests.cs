using System.Net;
using System.Text.Json;
using Fraud.Model;
using Fraud.Stream.Overload;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Deadlines;

/// <summary>What becomes of payments whose caller does not wait for them any more.</summary>
public sealed class DeadlineTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly ServerFixture _server;
    private readonly HookedStore _store;

    public DeadlineTests()
    {
        _store = GraphHost.Sqlite(_folder);
        _server = new ServerFixture([], services => services.AddSingleton<IFraudStore>(_store));
    }

    private AdmissionGate Gate => _server.Services.GetRequiredService<AdmissionGate>();

    public Task InitializeAsync() => _server.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _store.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/predict", """{"transaction_id":"early-1","card_id":"c","amount":1}""")]
    [InlineData("/predict/batch", """[{"transaction_id":"early-2","card_id":"c","amount":1},{"transaction_id":"early-3","card_id":"d","amount":2}]""")]
    public async Task Post_DeadlinePassesInTheLanesQueue_Is504AndNothingCounts(string path, string body)
    {
        var payments = path.EndsWith("batch", StringComparison.Ordinal) ? 2 : 1;
        using (HoldLanes())
        {
            using var late = await Post(path, body, "60ms");
            Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
            Assert.NotNull(late.Headers.RetryAfter);
        }

        await Poll.Until(() => Gate.Expired == payments);
        Assert.Equal(0, Gate.InFlight);
        Assert.Equal(0, _store.Commits);

        // The first time it counts is now.
        using var again = await Post(path, body, "2s");
        var text = await again.Content.ReadAsStringAsync();
        Assert.True(again.StatusCode == HttpStatusCode.OK, text);
        Assert.Contains("\"duplicate\":false", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"duplicate\":true", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_DeadlinePassesAfterTheProfileCountedIt_Is504AndThePaymentIsStoredOnce()
    {
        const string body = """{"transaction_id":"counted","card_id":"c","amount":3}""";
        using var release = new ManualResetEventSlim();
        _store.BeforeCommit = (_, _) => release.Wait();
        // Long enough to be counted on a busy machine.
        using (var late = await Post("/predict", body, "2s"))
        {
            Assert.Equal(1, _store.Commits);
            Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        }

        release.Set();
        await Poll.Until(() => Gate.InFlight == 0);

        using var again = await Post("/predict", body, "2s");
        Assert.True(JsonDocument.Parse(await again.Content.ReadAsStringAsync()).RootElement.GetProperty("duplicate").GetBoolean());
        Assert.Equal(0, Gate.Expired);
    }

    [Fact]
    public async Task Predict_NoTimeoutNamed_IsFinishedThoughItsCallerWasToldToComeBack()
    {
        await using var server = new Impatient();
        await server.Fixture.InitializeAsync();
        var store = server.Fixture.Services.GetRequiredService<IFraudStore>();
        using (HoldLanes(server.Fixture.Services))
        {
            using var late = await server.Fixture.Post("/predict", """{"transaction_id":"patient","card_id":"c","amount":3}""");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
        }

        await Poll.Until(() => store.Journal().Any(static entry => entry.TransactionId == ShortText.From("patient")));
    }

    [Fact]
    public async Task Predict_ManyTimeoutsInAnyOrder_EachIsToldNearItsOwn()
    {
        using (HoldLanes())
        {
            var asked = new[] { 400, 50, 200, 100, 300 }.Select(async milliseconds =>
            {
                var started = TimeProvider.System.GetTimestamp();
                using var late = await Post("/predict", """{"amount":1}""", $"{milliseconds}ms");
                Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
                return (Asked: milliseconds, Took: TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
            });
            foreach (var (wanted, took) in await Task.WhenAll(asked))
            {
                // The upper end is a busy machine's; the server's own deadline of 30 s would be beyond it.
                Assert.InRange(took, wanted - 1, wanted + 15_000);
            }
        }
    }

    [Fact]
    public async Task Predict_MalformedTimeout_Is400()
    {
        using var response = await Post("/predict", """{"amount":1}""", "soon");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private Releaser HoldLanes() => HoldLanes(_server.Services);

    /// <summary>Keeps the lanes' threads busy until it is disposed of.</summary>
    private static Releaser HoldLanes(IServiceProvider services)
    {
        var release = new ManualResetEventSlim();
        Lanes.Hold(services, release);
        return new Releaser(release);
    }

    private async Task<HttpResponseMessage> Post(string path, string body, string timeout)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("X-Request-Timeout", timeout);
        return await _server.Client.SendAsync(request);
    }

    private sealed class Releaser(ManualResetEventSlim release) : IDisposable
    {
        // Not disposed of: a lane may still be on its way out of it.
        public void Dispose() => release.Set();
    }

    private sealed class Impatient : IAsyncDisposable
    {
        public ServerFixture Fixture { get; } = new(new() { ["Overload:Deadline"] = "00:00:00.060" });

        public async ValueTask DisposeAsync() => await Fixture.DisposeAsync();
    }
}
