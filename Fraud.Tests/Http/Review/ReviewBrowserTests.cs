using System.Globalization;
using Fraud.Stream.Keys;
using Fraud.Tests.Support;
using Microsoft.Playwright;
using Xunit.Sdk;
using static Microsoft.Playwright.Assertions;

namespace Fraud.Tests.Http.Review;

/// <summary>The review page in a real browser, one service behind all of it.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ReviewBrowserTests(Browser browser, ReviewServer server) : IClassFixture<ReviewServer>
{
    private const string Markup = "<script>window.hit=1</script>";
    private const string MarkupCard = "<img src=x onerror=\"window.hit=2\">";

    [Fact]
    public Task SignIn_WrongKeyThenRight_OpensQueueAndStrip() => browser.Visit(server.Origin, async page =>
    {
        var review = new ReviewPage(page);
        await page.GotoAsync("/review");
        await Expect(review.SignInDialog).ToBeVisibleAsync();

        await review.SignIn("fraud_000000000000_wrong");
        await Expect(page.Locator("#refusal")).ToContainTextAsync("expected a key that exists");
        await Expect(review.SignInDialog).ToBeVisibleAsync();

        await review.SignIn(server.Analyst);
        await Expect(review.SignInDialog).ToBeHiddenAsync();
        await Expect(review.Rows).ToHaveCountAsync(50);
        await Expect(review.Live).ToHaveTextAsync("live");
        await Expect(page.Locator("#latency")).ToContainTextAsync("ms");
        // In this tab alone.
        Assert.True(await page.EvaluateAsync<bool>("sessionStorage.length > 0 && localStorage.length === 0 && document.cookie === ''"));
    });

    [Fact]
    public Task SignIn_PageAskedInVainBefore_StripAndAlertsFollowAtOnce() => browser.Visit(server.Origin, async page =>
    {
        // No pause of the page ends by itself.
        await page.Clock.InstallAsync(new ClockInstallOptions { TimeDate = ReviewServer.Start.UtcDateTime });
        await page.Clock.PauseAtAsync(ReviewServer.Start.AddMinutes(1).UtcDateTime);
        var review = new ReviewPage(page);
        await page.GotoAsync("/review");
        await Expect(review.Live).ToHaveTextAsync("not signed in");

        await review.SignIn(server.Analyst);

        await Expect(review.Live).ToHaveTextAsync("live");
        await Expect(page.Locator("#model")).ToContainTextAsync("payments");
        await Expect(page.Locator("#drift")).Not.ToHaveTextAsync("–");
    });

    [Fact]
    public Task SignIn_KeyWithoutTheScope_IsToldWhichScopeIsMissing() => browser.Visit(server.Origin, async page =>
    {
        var review = new ReviewPage(page);
        await page.GotoAsync("/review");

        await review.SignIn(await server.Key(Scopes.Score));

        await Expect(page.Locator("#refusal")).ToContainTextAsync("analyst");
        await Expect(review.Rows).ToHaveCountAsync(0);
    });

    [Fact]
    public Task Queue_IdsAreMarkup_AreShownAsText() => browser.Visit(server.Origin, async page =>
    {
        await server.Pay(Markup, card: MarkupCard);
        var review = await ReviewPage.Open(page, server.Analyst);

        await review.Open(Markup);

        await Expect(page.Locator("#rows script, #rows img, #detail script, #detail img")).ToHaveCountAsync(0);
        Assert.True(await page.EvaluateAsync<bool>("window.hit === undefined"));
    });

    [Fact]
    public Task Cards_NumbersAndTokens_AreMaskedInTheQueueAndNumbersEverywhere() => browser.Visit(server.Origin, async page =>
    {
        const string Number = "4242424242424242";
        var review = await ReviewPage.Open(page, server.Analyst);
        await server.Pay("number-1", card: Number);
        await server.Pay("token-1");

        await Expect(review.Row("number-1")).ToContainTextAsync("card **** at");
        await Expect(review.Row("token-1")).ToContainTextAsync("card ****en-1");
        Assert.DoesNotContain(ReviewServer.CardPrefix, await page.ContentAsync(), StringComparison.Ordinal);
        await review.Open("token-1");
        await Expect(review.Facts).ToContainTextAsync(ReviewServer.CardPrefix + "token-1");
        await review.Open("number-1");
        await Expect(review.Facts).ToContainTextAsync(new string('*', Number.Length));
        Assert.DoesNotContain(Number[^4..], await page.ContentAsync(), StringComparison.Ordinal);
    });

    [Fact]
    public Task Alerts_ArriveByThemselves_AndWaitWhileAPaymentIsOpen() => browser.Visit(server.Origin, async page =>
    {
        var review = await ReviewPage.Open(page, server.Analyst);

        await server.Pay("live-1");
        await Expect(review.Row("live-1")).ToBeVisibleAsync();
        await review.Open("live-1");
        await Expect(review.Reasons.First).ToContainTextAsync("log-odds");

        await server.Pay("live-2");
        await Expect(review.Arrivals).ToHaveTextAsync("1 new, show");
        await Expect(page).ToHaveTitleAsync("(1) Fraud review");
        await Expect(review.Row("live-2")).ToHaveCountAsync(0);
        await review.Press("s");
        await Expect(review.Row("live-2")).ToBeVisibleAsync();
        await Expect(review.Arrivals).ToBeHiddenAsync();
    });

    [Fact]
    public Task Keys_NoteAndFraud_StoreTheDecisionInTheNameOfTheKeyAndGoOn() => browser.Visit(server.Origin, async page =>
    {
        await server.Pay("keys-1");
        await server.Pay("keys-2");
        await server.Pay("keys-3");
        var review = await ReviewPage.Open(page, server.Analyst);
        await review.Press("j");
        await review.Opened("keys-3");
        await review.Press("j");
        await review.Opened("keys-2");
        await review.Press("k");
        await review.Opened("keys-3");
        await review.Press("j");
        await review.Opened("keys-2");

        await review.Press("m");
        // Letters that would decide, were they no part of a note.
        await page.Keyboard.TypeAsync("find out");
        await review.Press("Escape");
        await review.Press("f");

        await review.Opened("keys-1");
        await Expect(review.Row("keys-2")).ToContainTextAsync("Fraud");
        var stored = await server.Case("keys-2");
        Assert.Equal("FRAUD", stored.GetProperty("status").GetString());
        var change = Assert.Single(stored.GetProperty("history").EnumerateArray());
        Assert.Equal("find out", change.GetProperty("note").GetString());
        Assert.Contains(KeyText.IdOf(server.Analyst).ToString(), change.GetProperty("by").GetString(), StringComparison.Ordinal);
        Assert.Equal("NEW", (await server.Case("keys-1")).GetProperty("status").GetString());

        await review.Press("Escape");
        await Expect(review.Title).ToBeHiddenAsync();
        await review.Press("?");
        await Expect(page.Locator("#help")).ToBeVisibleAsync();
    });

    [Fact]
    public Task Decide_ColleagueWasFaster_OverwritesNothingAndSaysSo() => browser.Visit(
        server.Origin,
        async page =>
        {
            await server.Pay("conflict-1");
            var review = await ReviewPage.Open(page, server.Analyst);
            await review.Open("conflict-1");
            await Expect(review.History).ToContainTextAsync("decided anything yet");
            // The page looks after an open payment every few seconds: here it has not looked again when the person decides.
            var isSent = false;
            await page.RouteAsync("**/api/v1/anomaly?**", route =>
                (isSent |= route.Request.Method == "PUT") ? route.ContinueAsync() : route.AbortAsync());
            await server.Decide("conflict-1", "DISMISSED", "known customer");

            await review.Press("f");

            await Expect(review.Warning).ToContainTextAsync(KeyText.IdOf(server.Colleague).ToString());
            await Expect(review.History).ToContainTextAsync("known customer");
            Assert.Equal("DISMISSED", (await server.Case("conflict-1")).GetProperty("status").GetString());

            await page.Locator("#advance").UncheckAsync();
            await review.Choice("INVESTIGATED").ClickAsync();
            await Expect(review.Choice("INVESTIGATED")).ToHaveAttributeAsync("aria-pressed", "true");
            await Expect(review.Warning).ToBeHiddenAsync();
            Assert.Equal("INVESTIGATED", (await server.Case("conflict-1")).GetProperty("status").GetString());
        },
        dark: true);

    [Fact]
    public Task Filter_AmountAndTime_AreOrderedOverPagesAndReset() => browser.Visit(server.Origin, async page =>
    {
        var review = await ReviewPage.Open(page, server.Analyst);

        // Only what was there from the start, whatever other tests have paid.
        await page.GetByLabel("Paid before").FillAsync(ReviewServer.Start.AddMinutes(5).ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture));
        await page.GetByLabel("First").SelectOptionAsync("amount");
        await Expect(review.Row("order-1049")).ToBeHiddenAsync();
        await Expect(review.Rows).ToHaveCountAsync(50);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show more" }).ClickAsync();

        await Expect(review.Rows).ToHaveCountAsync(ReviewServer.Payments);
        await Expect(page.Locator("#more")).ToBeHiddenAsync();
        var amounts = (await page.Locator("#rows .amount").AllInnerTextsAsync())
            .Select(static text => decimal.Parse(text.AsSpan("EUR ".Length), NumberStyles.Number, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(amounts.OrderDescending(), amounts);
        Assert.Equal(ReviewServer.Payments, amounts.Distinct().Count());

        await page.GetByLabel("Status").SelectOptionAsync("FRAUD");
        await Expect(review.Rows).ToHaveCountAsync(0);
        await Expect(page.Locator("#empty")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Reset" }).ClickAsync();
        await Expect(review.Rows).ToHaveCountAsync(50);
    });

    [Fact]
    public Task Phone_QueueAndPayment_FitTheWidthOneAtATime() => browser.Visit(
        server.Origin,
        async page =>
        {
            await server.Pay("phone-1", 1_234_567.89m);
            var review = await ReviewPage.Open(page, server.Analyst);
            await FitsTheWidth(page);
            await Browser.Picture(page, "Phone_Queue");

            await review.Row("phone-1").TapAsync();
            await review.Opened("phone-1");
            await Expect(review.Rows.First).ToBeHiddenAsync();
            await Expect(review.Reasons.First).ToBeVisibleAsync();
            await Expect(review.Choice("FRAUD")).ToBeInViewportAsync();
            await FitsTheWidth(page);

            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Back" }).TapAsync();
            await Expect(review.Row("phone-1")).ToBeVisibleAsync();
            await review.Row("phone-1").TapAsync();
            await review.Opened("phone-1");
        },
        Browser.Phone,
        dark: true);

    [Theory]
    [InlineData("document.body.append(Object.assign(document.createElement('style'), { textContent: 'p { color: red }' }))")]
    [InlineData("fetch('http://127.0.0.1:9/').catch(() => {})")]
    [InlineData("fetch('/stats?key=fraud_0').catch(() => {})")]
    [InlineData("setTimeout(() => nothing.here)")]
    public Task Visit_PageDoesWhatItMustNot_Fails(string script) => Assert.ThrowsAnyAsync<XunitException>(() => browser.Visit(
        server.Origin,
        async page =>
        {
            await page.GotoAsync("/review");
            await Expect(page.Locator("#sign-in")).ToBeVisibleAsync();
            await page.EvaluateAsync(script);
            // What it did is told before what comes after it.
            await page.EvaluateAsync("new Promise(resolve => setTimeout(resolve))");
        }));

    private static async Task FitsTheWidth(IPage page) =>
        Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
}
