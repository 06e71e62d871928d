using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Fraud.Http.Stripe;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Stripe;

public sealed class StripeTests(StripeTests.StripeServer stripe) : IClassFixture<StripeTests.StripeServer>
{
    private const string Old = "whsec_old_secret_of_the_tests";
    private const string Current = "whsec_new_secret_of_the_tests";

    private static int events;

    private IFraudStore Store => stripe.Flagging.Server.Services.GetRequiredService<IFraudStore>();

    [Fact]
    public async Task Charge_AndItsIntent_AreOnePaymentOfTheFingerprint()
    {
        var charge = await Send(Event("charge.succeeded", Charge("ch_1", 1_999, "usd")));
        var intent = await Send(Event("payment_intent.succeeded", """
            {"object":"payment_intent","id":"pi_1","latest_charge":"ch_1","amount":1999,"currency":"usd","created":1700000000,"payment_method":"pm_1"}
            """));

        Assert.Equal("payment", charge.GetProperty("outcome").GetString());
        Assert.False(charge.GetProperty("result").GetProperty("duplicate").GetBoolean());
        Assert.True(intent.GetProperty("result").GetProperty("duplicate").GetBoolean());
        var stored = Store.Cases.Find("ch_1")!;
        Assert.Equal(("fp_of_ch_1", "shop-7", 1_999L, "USD", "stripe"), (stored.CardId, stored.TerminalId, stored.AmountMinor, stored.Currency, stored.Source));
        Assert.Equal(1_700_000_000_000, stored.EventTimeMs);
    }

    [Fact]
    public async Task Intent_Alone_TakesItsMeansOfPaymentForTheCard()
    {
        await Send(Event("payment_intent.succeeded", """
            {"object":"payment_intent","id":"pi_2","latest_charge":"ch_2","amount":100,"currency":"eur","created":1700000000,"payment_method":{"id":"pm_2","card":{"last4":"4242"}}}
            """));
        await Send(Event("payment_intent.succeeded", """
            {"object":"payment_intent","id":"pi_3","amount":100,"currency":"eur","created":1700000000,
             "charges":{"data":[{"id":"ch_3","payment_method_details":{"type":"card","card":{"fingerprint":"fp_3"}}}]}}
            """));

        Assert.Equal("pm_2", Store.Cases.Find("ch_2")!.CardId);
        Assert.Equal("fp_3", Store.Cases.Find("ch_3")!.CardId);
    }

    [Theory]
    [InlineData("jpy", 500, 500)]
    [InlineData("krw", 500, 500)]
    [InlineData("mga", 500, 50_000)]
    [InlineData("isk", 500, 5)]
    [InlineData("ugx", 500, 5)]
    [InlineData("kwd", 5_000, 5_000)]
    [InlineData("huf", 500, 500)]
    public async Task Charge_CurrencyWithOtherDecimals_IsStoredInItsIsoMinorUnits(string currency, long amount, long expected)
    {
        await Send(Event("charge.succeeded", Charge("ch_" + currency, amount, currency)));

        Assert.Equal(expected, Store.Cases.Find("ch_" + currency)!.AmountMinor);
    }

    [Fact]
    public async Task Event_SentAgain_IsTakenOnce()
    {
        await Send(Event("charge.succeeded", Charge("ch_again", 100, "eur")));
        // Until it has its row a label of it waits.
        Store.WaitForRows(Poll.Deadline);
        var before = Store.LabelSequence();
        var warning = Event("radar.early_fraud_warning.created", """{"object":"radar.early_fraud_warning","id":"issfr_1","charge":"ch_again"}""");
        var created = Event("charge.dispute.created", """{"object":"dispute","id":"dp_again","charge":"ch_again","reason":"fraudulent","status":"needs_response"}""");
        var won = Event("charge.dispute.closed", """{"object":"dispute","id":"dp_again","charge":{"id":"ch_again"},"reason":"fraudulent","status":"won"}""");

        Assert.Equal("label", (await Send(warning)).GetProperty("outcome").GetString());
        Assert.Equal("label", (await Send(created)).GetProperty("outcome").GetString());
        Assert.Equal(before + 1, Store.LabelSequence());
        Assert.Equal("label", (await Send(won)).GetProperty("outcome").GetString());
        Assert.Equal("repeated", (await Send(created)).GetProperty("outcome").GetString());

        var labels = Store.ReadLabelJournal(before, 10);
        Assert.Equal([true, false], labels.Select(static entry => entry.Change.Label.IsFraud));
        Assert.Equal("fp_of_ch_again", labels[0].Change.Label.CardId.ToString());
    }

    [Fact]
    public async Task Dispute_WonBeforeItsStartArrives_LeavesNoLabel()
    {
        await Send(Event("charge.succeeded", Charge("ch_order", 100, "eur")));
        Store.WaitForRows(Poll.Deadline);
        var before = Store.LabelSequence();

        await Send(Event("charge.dispute.closed", """{"object":"dispute","id":"dp_order","charge":"ch_order","reason":"fraudulent","status":"won"}"""));
        await Send(Event("charge.dispute.created", """{"object":"dispute","id":"dp_order","charge":"ch_order","reason":"fraudulent"}"""));

        Assert.Equal(before, Store.LabelSequence());
    }

    [Theory]
    [InlineData("customer.created", """{"object":"customer","id":"cus_1"}""")]
    [InlineData("charge.dispute.created", """{"object":"dispute","id":"dp_goods","charge":"ch_goods","reason":"product_not_received"}""")]
    [InlineData("charge.dispute.closed", """{"object":"dispute","id":"dp_lost","charge":"ch_lost","reason":"fraudulent","status":"lost"}""")]
    public async Task Event_NothingToLearnFrom_IsIgnoredWith200(string type, string about)
    {
        var before = Store.Count();

        Assert.Equal("ignored", (await Send(Event(type, about))).GetProperty("outcome").GetString());

        Assert.Equal(before, Store.Count());
    }

    [Fact]
    public async Task Signature_EitherSecretWhileTheyChange_IsTaken()
    {
        var body = Event("customer.updated", "{}");
        var both = StripeSignature.Make("whsec_somebody_elses", Now, body) + "," + StripeSignature.Make(Current, Now, body).Split(',')[1];

        Assert.Equal(HttpStatusCode.OK, await Status(body, StripeSignature.Make(Old, Now, body)));
        Assert.Equal(HttpStatusCode.OK, await Status(body, StripeSignature.Make(Current, Now, body)));
        Assert.Equal(HttpStatusCode.OK, await Status(body, both + ",v0=00"));
        Assert.Equal(HttpStatusCode.OK, await Status(body, StripeSignature.Make(Current, Now.AddMinutes(-4), body)));
    }

    [Fact]
    public async Task Signature_Wrong_IsRefusedAndNothingIsStored()
    {
        var body = Event("charge.succeeded", Charge("ch_forged", 100, "eur"));
        var good = StripeSignature.Make(Current, Now, body);
        var tampered = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace("100", "999", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, await Status(tampered, good));
        Assert.Equal(HttpStatusCode.BadRequest, await Status(body, StripeSignature.Make(Current, Now.AddMinutes(-6), body)));
        Assert.Equal(HttpStatusCode.BadRequest, await Status(body, StripeSignature.Make(Current, Now.AddMinutes(6), body)));
        Assert.Equal(HttpStatusCode.BadRequest, await Status(body, StripeSignature.Make("whsec_somebody_elses", Now, body)));
        // The time is signed, too.
        Assert.Equal(HttpStatusCode.BadRequest, await Status(body, StripeSignature.Make(Current, Now.AddMinutes(-6), body).Replace(
            $"t={Now.AddMinutes(-6).ToUnixTimeSeconds()}", $"t={Now.ToUnixTimeSeconds()}", StringComparison.Ordinal)));
        foreach (var header in (string?[])[null, "", "t=1", "v1=00", "t=x,v1=y", "t=99999999999999999999,v1=00", good.Split(',')[1]])
        {
            Assert.Equal(HttpStatusCode.BadRequest, await Status(body, header));
        }

        Assert.Null(Store.Cases.Find("ch_forged"));
    }

    [Theory]
    [InlineData("""{"object":"charge","id":"ch_x","amount":-1,"currency":"eur","created":1700000000}""", "data.object.amount")]
    [InlineData("""{"object":"charge","id":"ch_x","amount":1.5,"currency":"eur","created":1700000000}""", "data.object.amount")]
    [InlineData("""{"object":"charge","id":"ch_x","amount":1,"currency":"euro","created":1700000000}""", "data.object.currency")]
    [InlineData("""{"object":"charge","id":"ch_x","amount":1,"currency":"eur"}""", "data.object.created")]
    [InlineData("""{"object":"charge","amount":1,"currency":"eur","created":1700000000}""", "data.object.id")]
    public async Task Charge_CannotBeUsed_IsAProblemThatNamesTheField(string charge, string field)
    {
        var body = Event("charge.succeeded", charge);
        using var answer = await Post(body, StripeSignature.Make(Current, Now, body));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, (await FlaggingServer.Json(answer)).GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":"evt","type":"charge.succeeded","data":{}}""")]
    public async Task Body_NoEvent_IsRefused(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);

        Assert.Equal(HttpStatusCode.BadRequest, await Status(bytes, StripeSignature.Make(Current, Now, bytes)));
    }

    [Fact]
    public async Task Post_NoSecret_SaysThatItIsNotConfigured()
    {
        var plain = new ServerFixture([]);
        await plain.InitializeAsync();
        try
        {
            using var answer = await plain.Post("/webhooks/stripe", "{}");

            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.StartsWith("No signing secret is set", (await FlaggingServer.Json(answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            await plain.DisposeAsync();
        }
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static byte[] Event(string type, string about) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"id":"evt_{{{Interlocked.Increment(ref events)}}}","object":"event","type":"{{{type}}}","created":1700000000,"data":{"object":{{{about}}}}}"""));

    private static string Charge(string id, long amount, string currency) => string.Create(CultureInfo.InvariantCulture, $$"""
        {"object":"charge","id":"{{id}}","amount":{{amount}},"currency":"{{currency}}","created":1700000000,"payment_intent":"pi_of_{{id}}",
         "metadata":{"terminal_id":"shop-7"},"payment_method_details":{"type":"card","card":{"fingerprint":"fp_of_{{id}}","last4":"4242"} } }
        """);

    private async Task<JsonElement> Send(byte[] body)
    {
        using var answer = await Post(body, StripeSignature.Make(Current, Now, body));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await FlaggingServer.Json(answer);
    }

    private async Task<HttpStatusCode> Status(byte[] body, string? signature)
    {
        using var answer = await Post(body, signature);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> Post(byte[] body, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/stripe") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation(StripeSignature.Header, signature);
        }

        return await stripe.Flagging.Server.Client.SendAsync(request);
    }

    public sealed class StripeServer : IAsyncLifetime
    {
        public FlaggingServer Flagging { get; } = new(new Dictionary<string, string?> { ["Stripe:WebhookSecrets"] = $"{Old}, {Current}" });

        public Task InitializeAsync() => Flagging.InitializeAsync();

        public Task DisposeAsync() => Flagging.DisposeAsync();
    }
}
