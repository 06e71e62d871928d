using Fraud.Tests.Http.Review;
using Fraud.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Fraud.Tests.Http.Security.Oidc;

/// <summary>Sign-in of people by an identity provider on another site, in a real browser, with its rules about cookies.</summary>
[Collection(SignInCollection.Name)]
public sealed class SignInBrowserTests(SignInServer server, Browser browser)
{
    [Fact]
    public Task Page_SignInDecideSignOut_ByTheProvider() => browser.Visit(
        server.Review.Origin,
        async page =>
        {
            (server.Provider.Person, server.Provider.Roles, server.Provider.Forge) = ("bob", ["fraud-desk"], static _ => { });
            var review = new ReviewPage(page);
            await page.GotoAsync("/review");
            await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Sign in with your organisation" }).ClickAsync();
            await page.Locator("#go").ClickAsync();

            await Expect(review.Live).ToHaveTextAsync("live");
            await review.Open("order-1030");
            await review.Press("f");
            await Expect(review.Row("order-1030")).ToContainTextAsync("Fraud");
            var change = Assert.Single((await server.Review.Case("order-1030")).GetProperty("history").EnumerateArray());
            Assert.Equal("person id-of-bob (bob)", change.GetProperty("by").GetString());

            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" }).ClickAsync();
            await Expect(review.SignInDialog).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Sign in with your organisation" })).ToBeVisibleAsync();
        },
        provider: new Uri(server.Provider.Authority));

    [Fact]
    public Task Page_NoRole_SaysSo() => browser.Visit(
        server.Review.Origin,
        async page =>
        {
            (server.Provider.Person, server.Provider.Roles, server.Provider.Forge) = ("eve", [], static _ => { });
            await page.GotoAsync("/review/sign-in");
            await page.Locator("#go").ClickAsync();

            await Expect(page.Locator("#refusal")).ToContainTextAsync("did not let you in");
        },
        provider: new Uri(server.Provider.Authority));
}
