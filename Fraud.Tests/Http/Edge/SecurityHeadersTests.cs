using System.Text.RegularExpressions;

namespace Fraud.Tests.Http.Edge;

/// <summary>What browsers are told by the service itself, with every answer and whatever stands in front of it.</summary>
public sealed partial class SecurityHeadersTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/health")]
    [InlineData("/metrics")]
    [InlineData("/stats")]
    [InlineData("/api/v1/anomalies")]
    [InlineData("/api/v1/anomalies?limit=x")]
    [InlineData("/no/such/address")]
    [InlineData("/predict")]
    [InlineData("/v2")]
    [InlineData("/v2/models/none")]
    [InlineData("/api/2.0/mlflow/registered-models/get?name=none")]
    [InlineData("/openapi.json")]
    [InlineData("/api/docs")]
    [InlineData("/api/docs/scalar.js")]
    [InlineData("/review")]
    [InlineData("/review/page.js")]
    [InlineData("/review/none.js")]
    [InlineData("/review/session")]
    [InlineData("/cluster/page")]
    public async Task Get_Anything_HasThemAll(string path)
    {
        using var answer = await server.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal("DENY", Header(answer, "X-Frame-Options"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        var policy = Header(answer, "Content-Security-Policy");
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        // The document viewer sets styles on elements, and nothing else may.
        string[] unsafeParts = path.StartsWith("/api/docs", StringComparison.Ordinal) ? ["style-src 'self' 'unsafe-inline'"] : [];
        Assert.Equal(unsafeParts, policy.Split("; ").Where(static part => part.Contains("unsafe", StringComparison.Ordinal)));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task ClusterPage_ItsScriptAndStyle_AreThoseThatItsPolicyNames()
    {
        using var answer = await server.Client.GetAsync("/cluster/page");
        var page = await answer.Content.ReadAsStringAsync();
        var policy = Header(answer, "Content-Security-Policy");

        foreach (var element in new[] { "script", "style" })
        {
            var text = Assert.Single(Regex.Matches(page, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline, TimeSpan.FromSeconds(1))).Groups[1].Value;
            var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
            Assert.Contains($"{element}-src 'sha256-{hash}'", policy, StringComparison.Ordinal);
        }

        Assert.DoesNotMatch(Inline(), page);
    }

    [Theory]
    [InlineData("'self'", "SAMEORIGIN")]
    [InlineData("https://console.example.com", null)]
    public async Task FrameAncestors_Others_AreTold(string ancestors, string? frames)
    {
        var other = new ServerFixture(new() { ["Edge:FrameAncestors"] = ancestors });
        await other.InitializeAsync();
        try
        {
            using var answer = await other.Client.GetAsync("/health");

            Assert.Equal(frames, answer.Headers.TryGetValues("X-Frame-Options", out var told) ? told.Single() : null);
            Assert.Equal($"default-src 'none'; frame-ancestors {ancestors}", Header(answer, "Content-Security-Policy"));
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("/api/docs/%3Cscript%3Ealert(1)%3C/script%3E")]
    [InlineData("/api/docs/marker-4711")]
    [InlineData("/api/docs/4111111111111111")]
    [InlineData("/review/marker-4711")]
    [InlineData("/marker-4711")]
    [InlineData("/v2/models/marker-4711")]
    public async Task Get_MadeUpPath_IsNotFoundAndNotEchoed(string path)
    {
        using var answer = await server.Client.GetAsync(path);

        Assert.Equal(404, (int)answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("marker-4711", body, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)", body, StringComparison.Ordinal);
        Assert.DoesNotContain("4111111111111111", body, StringComparison.Ordinal);
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    [GeneratedRegex(@"<[a-z][^>]*\s(?:style|on[a-z]+)\s*=", RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex Inline();
}
