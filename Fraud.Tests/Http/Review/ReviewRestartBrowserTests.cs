using Fraud.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Fraud.Tests.Http.Review;

/// <summary>The service goes and comes back with its store, the page stays.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ReviewRestartBrowserTests(Browser browser) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Page_ServiceRestarts_ResumesAndMissesNothing()
    {
        var first = await Start();
        ReviewServer? second = null;
        try
        {
            await browser.Visit(first.Origin, async page =>
            {
                // The second listens at a port of its own; to the page it is where the first was.
                await page.RouteAsync("**/*", route => (first.IsStopped, second) switch
                {
                    (false, _) => route.ContinueAsync(),
                    (true, null) => route.AbortAsync("connectionrefused"),
                    (true, { } other) => route.ContinueAsync(
                        new RouteContinueOptions { Url = new Uri(other.Origin, new Uri(route.Request.Url).PathAndQuery).ToString() }),
                });
                var review = await ReviewPage.Open(page, first.Analyst);

                await first.Stop();
                await Expect(review.Live).ToHaveTextAsync("not connected, trying again");
                var restarted = await Start();
                await restarted.Pay("meanwhile");
                second = restarted;

                await Expect(review.Live).ToHaveTextAsync("live");
                await Expect(review.Row("meanwhile")).ToBeVisibleAsync();
            });
        }
        finally
        {
            await first.Stop();
            await (second?.Stop() ?? Task.CompletedTask);
        }
    }

    private async Task<ReviewServer> Start()
    {
        var server = new ReviewServer(new Dictionary<string, string?> { ["Storage:SqliteFile"] = _folder.File("fraud.db") });
        await server.InitializeAsync();
        return server;
    }
}
