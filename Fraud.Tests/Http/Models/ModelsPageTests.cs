using System.Net;
using System.Text.RegularExpressions;
using Fraud.Tests.Http.Security;

namespace Fraud.Tests.Http.Models;

/// <summary>What the page of models is made of. That it works in a browser: <see cref="ModelsPageBrowserTests"/>.</summary>
public sealed class ModelsPageTests(SecuredServer secured) : IClassFixture<SecuredServer>
{
    private static readonly Regex Part = new("\"(/(?:models|review)/[a-z-]+\\.(?:js|css))\"", RegexOptions.NonBacktracking);
    private static readonly Regex Markup = new("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|new Function|https?://", RegexOptions.NonBacktracking);

    [Fact]
    public async Task Parts_AllThatAreNamed_AreServedUnderThePolicyOfPages()
    {
        var seen = new HashSet<string>();
        var open = new Queue<string>(["/models"]);
        while (open.TryDequeue(out var address))
        {
            if (!seen.Add(address))
            {
                continue;
            }

            using var answer = await secured.Server.Client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{address}: {answer.StatusCode}");
            Assert.StartsWith(
                "default-src 'none'; script-src 'self'; style-src 'self';",
                Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotMatch(Markup, text);
            foreach (Match part in Part.Matches(text))
            {
                open.Enqueue(part.Groups[1].Value);
            }
        }

        Assert.Equal(
            ["/models", "/models/comparison.js", "/models/models.css", "/models/models.js", "/models/promotion.js", "/models/versions.js", "/review/api.js", "/review/format.js", "/review/page.css", "/review/sign-in.js"],
            seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task File_Unknown_IsNotFound()
    {
        using var answer = await secured.Server.Client.GetAsync("/models/nothing.js");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
