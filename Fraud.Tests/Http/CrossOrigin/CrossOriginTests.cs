using System.Net;

namespace Fraud.Tests.Http.CrossOrigin;

public sealed class CrossOriginTests : IAsyncLifetime
{
    private readonly ServerFixture _server = new(new() { ["Cors:Origins:0"] = "https://console.example.com" });

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("https://console.example.com", true)]
    [InlineData("https://elsewhere.example.com", false)]
    public async Task Options_Preflight_AllowsTheConfiguredOriginOnly(string origin, bool isAllowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/predict");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type,idempotency-key");

        using var response = await _server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(isAllowed, response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) && allowed.Single() == origin);
    }

    [Fact]
    public async Task Get_FromTheOrigin_MayReadTheHeaders()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        request.Headers.Add("Origin", "https://console.example.com");

        using var response = await _server.Client.SendAsync(request);

        Assert.Contains("RateLimit", string.Join(',', response.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);
    }
}
