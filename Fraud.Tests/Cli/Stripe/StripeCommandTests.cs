using System.Text.Json;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Cli.Stripe;

/// <summary>'fraud stripe pay' against a stand-in of Stripe's API. Alone, because the key is in the process's environment.</summary>
[Collection(AloneCollection.Name)]
public sealed class StripeCommandTests : IAsyncLifetime
{
    private const string Key = "sk_test_4eC39HqLyjWDarjtT1zdp7dc";
    private const string Succeeded = """{"id":"pi_1","object":"payment_intent","status":"succeeded","latest_charge":"ch_1"}""";

    private readonly WebApplication _stripe;
    private readonly List<Dictionary<string, string>> _asked = [];
    private (int Status, string Body) _answer = (200, Succeeded);

    public StripeCommandTests()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _stripe = builder.Build();
        _stripe.MapPost("/v1/payment_intents", async context =>
        {
            var form = (await context.Request.ReadFormAsync()).ToDictionary(static pair => pair.Key, static pair => pair.Value.ToString());
            form["Authorization"] = context.Request.Headers.Authorization.ToString();
            form["Idempotency-Key"] = context.Request.Headers["Idempotency-Key"].ToString();
            _asked.Add(form);
            context.Response.StatusCode = _answer.Status;
            await context.Response.WriteAsync(_answer.Body);
        });
    }

    public Task InitializeAsync()
    {
        Environment.SetEnvironmentVariable("STRIPE_API_KEY", Key);
        return _stripe.StartAsync();
    }

    public async Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable("STRIPE_API_KEY", null);
        await _stripe.DisposeAsync();
    }

    [Fact]
    public async Task Pay_TestKey_MakesAndConfirmsOnePayment()
    {
        var (exit, output, error) = await Pay("--amount", "300", "--currency", "JPY", "--card", "disputed", "--terminal", "till-7");

        Assert.Equal((0, ""), (exit, error));
        Assert.Equal("pi_1: succeeded, ch_1; Stripe now tells the endpoints of the account", output.Trim());
        var asked = Assert.Single(_asked);
        Assert.Equal($"Bearer {Key}", asked["Authorization"]);
        Assert.True(Guid.TryParse(asked["Idempotency-Key"], out _));
        Assert.Equal(
            [
                ("amount", "300"), ("automatic_payment_methods[allow_redirects]", "never"), ("automatic_payment_methods[enabled]", "true"),
                ("confirm", "true"), ("currency", "jpy"), ("metadata[terminal_id]", "till-7"), ("payment_method", "pm_card_createDispute"),
            ],
            asked.Where(static pair => pair.Key is not ("Authorization" or "Idempotency-Key")).OrderBy(static pair => pair.Key, StringComparer.Ordinal)
                .Select(static pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public async Task Pay_DeclinedCard_IsAPaymentWithItsReason()
    {
        _answer = (402, """{"error":{"type":"card_error","code":"card_declined","decline_code":"generic_decline","message":"Your card was declined.","payment_intent":{"id":"pi_2","status":"requires_payment_method","latest_charge":"ch_2"}}}""");

        var (exit, output, _) = await Pay("--card", "declined", "--json");

        Assert.Equal(0, exit);
        var made = JsonElement.Parse(output);
        Assert.Equal(
            ("pi_2", "requires_payment_method", "ch_2", "generic_decline"),
            (made.GetProperty("payment_intent").GetString(), made.GetProperty("status").GetString(), made.GetProperty("charge").GetString(), made.GetProperty("declined").GetString()));
    }

    [Theory]
    [InlineData(401, """{"error":{"message":"Invalid API Key provided"}}""", "Stripe answered 401: Invalid API Key provided")]
    [InlineData(500, "[]", "Stripe answered 500: it did not say why")]
    [InlineData(502, "<html>", "expected JSON from Stripe; it answered 502")]
    [InlineData(200, "{}", "expected a payment intent with id and status from Stripe")]
    public async Task Pay_StripeRefuses_IsOneLineAndFails(int status, string body, string message)
    {
        _answer = (status, body);

        var (exit, _, error) = await Pay();

        Assert.Equal(1, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.DoesNotContain(Key, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "expected a key of the test mode, which begins with")]
    [InlineData("", "expected a key of the test mode in the environment")]
    public async Task Pay_NoTestKey_AsksNothingOfStripe(string key, string message)
    {
        Environment.SetEnvironmentVariable("STRIPE_API_KEY", key);

        var (exit, _, error) = await Pay();

        Assert.Equal(2, exit);
        Assert.Contains($"STRIPE_API_KEY: {message}", error, StringComparison.Ordinal);
        Assert.True(key.Length == 0 || !error.Contains(key, StringComparison.Ordinal));
        Assert.Empty(_asked);
    }

    [Theory]
    [InlineData("--currency", "euro")]
    [InlineData("--amount", "0")]
    [InlineData("--card", "amex")]
    public async Task Pay_WrongOption_IsNamed(string option, string value)
    {
        var (exit, _, error) = await Pay(option, value);

        Assert.Equal(2, exit);
        Assert.Contains($"{option}: expected", error, StringComparison.Ordinal);
    }

    private Task<(int Exit, string Output, string Error)> Pay(params string[] options) =>
        CommandLine.Run(["stripe", "pay", "--url", _stripe.Urls.First(), .. options]);
}
