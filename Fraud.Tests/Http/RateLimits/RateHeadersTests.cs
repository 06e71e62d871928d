using System.Globalization;
using System.Net;

namespace Fraud.Tests.Http.RateLimits;

public sealed class RateHeadersTests : IAsyncLifetime
{
    private readonly ServerFixture _server = new(new() { ["Overload:RatePerSecond"] = "2", ["Overload:Burst"] = "5" });

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Predict_RateLimited_TellsWhatRemainsUntil429()
    {
        for (var remaining = 4; remaining >= 0; remaining--)
        {
            using var response = await _server.Post("/predict", """{"amount":1}""");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("\"burst\";q=5;w=3, \"rate\";q=2;w=1", Header(response, "RateLimit-Policy"));
            // The clock goes on: a slow machine may have refilled one.
            Assert.InRange(Number(response, "X-RateLimit-Remaining"), remaining, 4);
            Assert.Equal("5", Header(response, "X-RateLimit-Limit"));
            Assert.InRange(Number(response, "X-RateLimit-Reset"), 1, 3);
            Assert.Equal(
                $"\"burst\";r={Header(response, "X-RateLimit-Remaining")};t={Header(response, "X-RateLimit-Reset")}",
                Header(response, "RateLimit"));
        }

        using var refused = await _server.Post("/predict/batch", """[{"amount":1},{"amount":2},{"amount":3},{"amount":4},{"amount":5}]""");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(Number(refused, "X-RateLimit-Remaining"), 0, 4);
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task Labels_RateLimited_CarryTheHeaders()
    {
        using var response = await _server.Post("/labels", """[{"transaction_id":"t","is_fraud":true}]""");

        Assert.NotEmpty(Header(response, "RateLimit"));
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    private static int Number(HttpResponseMessage response, string name) =>
        int.Parse(Header(response, name), CultureInfo.InvariantCulture);
}
