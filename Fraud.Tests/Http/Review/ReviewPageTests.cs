using System.Net;
using System.Text.RegularExpressions;
using Fraud.Stream.Keys;
using Fraud.Tests.Http.Security;

namespace Fraud.Tests.Http.Review;

/// <summary>What the page is made of. That it works in a browser: <see cref="ReviewBrowserTests"/>.</summary>
public sealed class ReviewPageTests(SecuredServer secured) : IClassFixture<SecuredServer>
{
    private static readonly Regex Part = new("\"/review/([a-z-]+\\.[a-z]+)\"", RegexOptions.NonBacktracking);
    private static readonly Regex Asked = new("\"(/stats|/model/[a-z]+|/api/v1/[a-z/0-9]+)\"|`(/api/v1/[a-z]+)[?/]", RegexOptions.NonBacktracking);

    private static readonly Regex Markup = new("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|new Function", RegexOptions.NonBacktracking);
    private static readonly Regex Inline = new(" (style|on[a-z]+)=", RegexOptions.NonBacktracking);

    [Fact]
    public async Task Page_WithoutKey_IsServedAndMayRunNothingButItsOwnFiles()
    {
        using var answer = await secured.Server.Client.GetAsync("/review");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
    }

    [Fact]
    public async Task Parts_AllThatAreNamed_AreServedWithTheSamePolicyAndAskNobodyElse()
    {
        var texts = await Texts();

        Assert.Equal(
            ["alerts.js", "api.js", "detail.js", "format.js", "list.js", "overview.js", "page.css", "page.js", "queue.js", "shortcuts.js", "sign-in.js"],
            texts.Keys.Where(static name => name.Length > 0).Order(StringComparer.Ordinal));
        foreach (var (name, text) in texts)
        {
            Assert.DoesNotContain("http://", text, StringComparison.Ordinal);
            Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
            // What comes from outside goes in as text. The browser enforces it, too.
            Assert.DoesNotMatch(Markup, text);
            Assert.DoesNotContain("localStorage", text, StringComparison.Ordinal);
            Assert.False(name.Length == 0 && Inline.IsMatch(text), "The policy would refuse what is written into the page.");
        }
    }

    [Fact]
    public async Task File_Unknown_IsNotFound()
    {
        using var answer = await secured.Server.Client.GetAsync("/review/nothing.js");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Addresses_ThatThePageAsks_AnswerAKeyOfAnAnalyst()
    {
        var key = await secured.Key(Scopes.Analyst);
        var addresses = (await Texts()).Values
            .SelectMany(static text => Asked.Matches(text))
            .Select(static match => match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value)
            .Distinct().Order(StringComparer.Ordinal).ToList();

        Assert.Equal(["/api/v1/alerts/stream", "/api/v1/anomalies", "/api/v1/anomaly", "/api/v1/drift", "/model/info", "/stats"], addresses);
        foreach (var address in addresses)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Add("X-API-Key", key);
            using var answer = await secured.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            // That one wants to know which payment.
            var expected = address == "/api/v1/anomaly" ? HttpStatusCode.BadRequest : HttpStatusCode.OK;
            Assert.True(answer.StatusCode == expected, $"{address}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Figures_KeyOfNeitherScope_AreRefusedWithBothNamed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/stats");
        request.Headers.Add("X-API-Key", await secured.Key(Scopes.Admin));

        using var answer = await secured.Server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("scope score or analyst", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("scope=\"score\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The page, under no name, and everything that it or its parts name.</summary>
    private async Task<Dictionary<string, string>> Texts()
    {
        var texts = new Dictionary<string, string>();
        var open = new Queue<string>([""]);
        while (open.TryDequeue(out var name))
        {
            if (texts.ContainsKey(name))
            {
                continue;
            }

            using var answer = await secured.Server.Client.GetAsync(new Uri(name.Length == 0 ? "/review" : "/review/" + name, UriKind.Relative));
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{name}: {answer.StatusCode}");
            Assert.DoesNotContain("unsafe", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            texts[name] = await answer.Content.ReadAsStringAsync();
            foreach (Match part in Part.Matches(texts[name]))
            {
                open.Enqueue(part.Groups[1].Value);
            }
        }

        return texts;
    }
}
