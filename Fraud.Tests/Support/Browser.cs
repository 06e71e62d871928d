using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Fraud.Tests.Support;

/// <summary>
/// One headless Chromium for a collection, a window of its own for each visit. How the page looked at the end goes to
/// <c>TestResults/browser</c>, with a trace where the visit failed (<c>npx playwright show-trace FILE</c>).
/// </summary>
public sealed class Browser : IAsyncLifetime
{
    // Debian's: the package brings the driver, and its own browsers would have to be downloaded.
    private const string Program = "/usr/bin/chromium";

    // As long as on a machine that has much else to do; on success no one waits for it.
    private const float LongestWaitMs = 30_000;

    public static readonly ViewportSize Desk = new() { Width = 1600, Height = 900 };
    public static readonly ViewportSize Phone = new() { Width = 390, Height = 844 };

    private static readonly string Pictures = Path.Combine(Repository.Root, "TestResults", "browser");

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        if (!File.Exists(Program))
        {
            throw new InvalidOperationException($"{Program} is missing: install Debian's package 'chromium', as 'build/setup.sh test' does.");
        }

        Assertions.SetDefaultExpectTimeout(LongestWaitMs);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            // Without a sandbox of its own it also runs as root. The others keep it from asking for anything by itself.
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>
    /// Does something in a new window. Fails where the steps do, where the page complained (an exception, an error in its
    /// console, something that its policy refused), and where it asked anything of another place.
    /// </summary>
    /// <param name="secret">What must be in no address.</param>
    /// <param name="provider">Another place that it may ask: where people sign in.</param>
    public async Task Visit(
        Uri origin, Func<IPage, Task> steps, ViewportSize? size = null, bool dark = false, string secret = "fraud_", Uri? provider = null,
        [CallerMemberName] string visit = "")
    {
        var phone = size == Phone;
        await using var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = origin.ToString(),
            Locale = "en-US",
            TimezoneId = "UTC",
            ViewportSize = size ?? Desk,
            IsMobile = phone,
            HasTouch = phone,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        context.SetDefaultTimeout(LongestWaitMs);
        // The document at each step; pictures of each would cost more than the visits.
        await context.Tracing.StartAsync(new TracingStartOptions { Snapshots = true });
        var page = await context.NewPageAsync();
        var addresses = new ConcurrentQueue<string>();
        var complaints = new ConcurrentQueue<string>();
        page.Request += (_, request) => addresses.Enqueue(request.Url);
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            // Refused and broken requests are part of what is tested; the page has to bear them.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                complaints.Enqueue(message.Text);
            }
        };
        try
        {
            await steps(page);
            Assert.Empty(complaints);
            Assert.All(addresses, address =>
            {
                var isAllowed = new[] { origin, provider }.Any(place => place is not null && address.StartsWith(place.ToString(), StringComparison.Ordinal));
                Assert.True(isAllowed || address.StartsWith("data:", StringComparison.Ordinal), address);
                Assert.DoesNotContain(secret, address, StringComparison.Ordinal);
            });
            await Picture(page, visit);
            await context.Tracing.StopAsync();
        }
        catch (Exception error)
        {
            try
            {
                await context.Tracing.StopAsync(new TracingStopOptions { Path = Path.Combine(Pictures, visit + ".zip") });
                await Picture(page, visit);
            }
            catch (PlaywrightException lost)
            {
                throw new AggregateException($"{visit} failed, and how the page looked was not to be had.", error, lost);
            }

            throw;
        }
    }

    /// <summary>Keeps how the page looks now.</summary>
    public static Task Picture(IPage page, string name) =>
        page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, name + ".png") });
}

/// <summary>One browser for all test classes that look at pages.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Browser>
{
    public const string Name = "browser";
}
