using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Fraud.Tests.Http.Review;

/// <summary>The review page in words of the people who use it.</summary>
internal sealed class ReviewPage(IPage page)
{
    public IPage Page => page;

    public ILocator Rows => page.Locator("#rows .row");

    public ILocator Live => page.Locator("#live");

    public ILocator Title => page.Locator("#detail-title");

    public ILocator Facts => page.Locator("#facts");

    public ILocator Reasons => page.Locator("#reasons li");

    public ILocator History => page.Locator("#history");

    public ILocator Warning => page.Locator("#changed");

    public ILocator Arrivals => page.Locator("#arrivals");

    public ILocator Note => page.Locator("#note");

    public ILocator SignInDialog => page.Locator("#sign-in");

    /// <summary>The row of a payment.</summary>
    public ILocator Row(string id) => Rows.Filter(new LocatorFilterOptions { Has = page.GetByText(id, new PageGetByTextOptions { Exact = true }) });

    public ILocator Choice(string status) => page.Locator($"#choices [data-status={status}]");

    /// <summary>Opens the page with a key, and waits until alerts come in and the queue is there.</summary>
    public static async Task<ReviewPage> Open(IPage page, string key)
    {
        var review = new ReviewPage(page);
        await page.GotoAsync("/review");
        await review.SignIn(key);
        await Expect(review.Live).ToHaveTextAsync("live");
        await Expect(review.Row("order-1059")).ToBeVisibleAsync();
        return review;
    }

    public async Task SignIn(string key)
    {
        await page.Locator("#credential").FillAsync(key);
        await SignInDialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Sign in" }).ClickAsync();
    }

    public async Task Open(string id)
    {
        await Row(id).ClickAsync();
        await Opened(id);
    }

    /// <summary>Waits until a payment is shown, with what the service knows of it.</summary>
    public async Task Opened(string id)
    {
        await Expect(Title).ToHaveTextAsync("Payment " + id);
        await Expect(Facts).ToContainTextAsync("Terminal");
    }

    public Task Press(string key) => page.Keyboard.PressAsync(key);
}
