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

    [Fact]
    public async Task Dispute_LostWithoutItsStart_IsAFraud()
    {
        await Send(Event("charge.succeeded", Charge("ch_lost", 100, "eur")));
        Store.WaitForRows(Poll.Deadline);
        var before = Store.LabelSequence();

        var lost = await Send(Event("charge.dispute.closed", """{"object":"dispute","id":"dp_lost","charge":"ch_lost","reason":"fraudulent","status":"lost"}"""));
        var late = await Send(Event("charge.dispute.created", """{"object":"dispute","id":"dp_lost","charge":"ch_lost","reason":"general"}"""));

        Assert.Equal(("label", "ignored"), (lost.GetProperty("outcome").GetString(), late.GetProperty("outcome").GetString()));
        Assert.Equal([true], Store.ReadLabelJournal(before, 10).Select(static entry => entry.Change.Label.IsFraud));
    }

    [Fact]
    public async Task Dispute_ReasonThatChanges_IsDecidedByTheNewestEvent()
    {
        await Send(Event("charge.succeeded", Charge("ch_reason", 100, "eur")));
        Store.WaitForRows(Poll.Deadline);
        var before = Store.LabelSequence();

        // In the order in which they were sent first, then as they may come.
        var outcomes = new List<string?>();
        foreach (var (type, second, reason) in new[]
        {
            ("created", 10, "general"), ("updated", 20, "fraudulent"), ("updated", 40, "product_not_received"), ("updated", 30, "fraudulent"), ("created", 10, "fraudulent"),
        })
        {
            outcomes.Add((await Send(At(second, Event(
                $"charge.dispute.{type}", $$"""{"object":"dispute","id":"dp_reason","charge":"ch_reason","reason":"{{reason}}","status":"under_review"}""")))).GetProperty("outcome").GetString());
        }

        Assert.Equal(["ignored", "label", "label", "ignored", "ignored"], outcomes);
        Assert.Equal([true, false], Store.ReadLabelJournal(before, 10).Select(static entry => entry.Change.Label.IsFraud));
    }

    [Fact]
    public async Task Dispute_ReasonThatChangedFromFraud_TakesTheLabelBackThoughItsStartWasNotSeen()
    {
        await Send(Event("charge.succeeded", Charge("ch_before", 100, "eur")));
        Store.WaitForRows(Poll.Deadline);
        await Send(Event("radar.early_fraud_warning.created", """{"object":"radar.early_fraud_warning","id":"issfr_before","charge":"ch_before"}"""));
        var before = Store.LabelSequence();

        var changed = Encoding.UTF8.GetString(Event("charge.dispute.updated", """{"object":"dispute","id":"dp_before","charge":"ch_before","reason":"duplicate"}"""))
            .Replace("\"data\":{", "\"data\":{\"previous_attributes\":{\"reason\":\"fraudulent\"},", StringComparison.Ordinal);
        await Send(Encoding.UTF8.GetBytes(changed));

        Assert.Equal([false], Store.ReadLabelJournal(before, 10).Select(static entry => entry.Change.Label.IsFraud));
    }

    [Theory]
    [InlineData("refund.created", """{"object":"refund","id":"re_1","charge":"CHARGE","reason":"fraudulent"}""")]
    [InlineData("charge.refund.updated", """{"object":"refund","id":"re_1","charge":"CHARGE","reason":"fraudulent"}""")]
    [InlineData("refund.updated", """{"object":"refund","id":"re_1","payment_intent":"CHARGE","reason":"fraudulent"}""")]
    [InlineData("charge.refunded", """{"object":"charge","id":"CHARGE","refunds":{"data":[{"reason":null},{"reason":"fraudulent"}]}}""")]
    [InlineData("charge.refunded", """{"object":"charge","id":"CHARGE","fraud_details":{"user_report":"fraudulent"}}""")]
    [InlineData("charge.updated", """{"object":"charge","id":"CHARGE","fraud_details":{"user_report":"fraudulent"}}""")]
    [InlineData("review.closed", """{"object":"review","id":"prv_1","charge":"CHARGE","closed_reason":"refunded_as_fraud"}""")]
    public async Task RefundOrReview_ForFraud_IsALabel(string type, string about)
    {
        var id = "ch_fraud_" + Guid.NewGuid().ToString("N");
        await Send(Event("charge.succeeded", Charge(id, 100, "eur")));
        Store.WaitForRows(Poll.Deadline);
        var before = Store.LabelSequence();

        Assert.Equal("label", (await Send(Event(type, about.Replace("CHARGE", id, StringComparison.Ordinal)))).GetProperty("outcome").GetString());

        Assert.Equal([true], Store.ReadLabelJournal(before, 10).Select(static entry => entry.Change.Label.IsFraud));
    }

    [Theory]
    [InlineData("customer.created", """{"object":"customer","id":"cus_1"}""")]
    [InlineData("charge.dispute.created", """{"object":"dispute","id":"dp_goods","charge":"ch_goods","reason":"product_not_received"}""")]
    [InlineData("refund.created", """{"object":"refund","id":"re_goods","charge":"ch_goods","reason":"requested_by_customer"}""")]
    [InlineData("review.closed", """{"object":"review","id":"prv_1","charge":"ch_goods","closed_reason":"approved"}""")]
    [InlineData("charge.updated", """{"object":"charge","id":"ch_goods","fraud_details":{}}""")]
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
    [InlineData("""{"object":"charge","id":"ch_x","amount":1,"currency":"usdc","created":1700000000}""", "data.object.currency")]
    [InlineData("""{"object":"charge","id":"ch_x","amount":1000000000001,"currency":"eur","created":1700000000}""", "data.object.amount")]
    [InlineData("""{"object":"charge","id":"ch\n","amount":1,"currency":"eur","created":1700000000}""", "data.object.id")]
    [InlineData("""{"object":"charge","id":"ch_x","amount":-1,"currency":"eur","created":1700000000}""", "data.object.amount")]
    [InlineData("""{"object":"charge","id":"ch_x","amount":1.5,"currency":"eur","created":1700000000}""", "data.object.amount")]
    [InlineData("""{"object":"charge","id":"ch_x","amount":1,"currency":"euro","created":1700000000}""", "data.object.currency")]
    [InlineData("""{"object":"charge","id":"ch_x","amount":1,"currency":"eur"}""", "data.object.created")]
    [InlineData("""{"object":"charge","amount":1,"currency":"eur","created":1700000000}""", "data.object.id")]
    public async Task Charge_CanNeverBeUsed_IsAnswered200AndRefusedByName(string charge, string field)
    {
        var before = Store.Count();

        var answer = await Send(Event("charge.succeeded", charge));

        Assert.Equal("refused", answer.GetProperty("outcome").GetString());
        Assert.StartsWith(field + ": expected ", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, Store.Count());
    }

    [Theory]
    [InlineData("""{"terminal_id":"line\nbreak","merchant_id":"shop-9"}""", "shop-9")]
    [InlineData("""{"terminal_id":"4111 1111 1111 1111\n"}""", "acct_1")]
    [InlineData("""{"terminal_id":{"id":7}}""", "acct_1")]
    [InlineData("""{"terminal_id":"   "}""", "acct_1")]
    [InlineData("""{"terminal_id":" shop-9 "}""", "shop-9")]
    public async Task Charge_MetadataThatNoTerminalCanBe_CostsNoPayment(string metadata, string terminal)
    {
        var id = "ch_meta_" + Guid.NewGuid().ToString("N");
        var charge = Charge(id, 100, "eur").Replace("""{"terminal_id":"shop-7"}""", metadata, StringComparison.Ordinal);

        await Send(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Event("charge.succeeded", charge)).Replace("\"type\"", "\"account\":\"acct_1\",\"type\"", StringComparison.Ordinal)));

        Assert.Equal(terminal, Store.Cases.Find(id)!.TerminalId);
    }

    [Fact]
    public async Task Charge_TextsAsLongAsStripesMayBe_AreOnePaymentWithOneCardAndTerminal()
    {
        var (id, merchant) = ("ch_" + new string('l', 252), new string('m', 500));
        var charge = Charge(id, 100, "eur").Replace("""{"terminal_id":"shop-7"}""", $$"""{"merchant_id":"{{merchant}}"}""", StringComparison.Ordinal);

        var first = await Send(Event("charge.succeeded", charge));
        var again = await Send(Event("charge.captured", charge));
        var label = await Send(Event("radar.early_fraud_warning.created", $$"""{"object":"radar.early_fraud_warning","id":"issfr_long","charge":"{{id}}"}"""));

        var name = first.GetProperty("result").GetProperty("transaction_id").GetString()!;
        Assert.Matches("^ch_l{17}~[A-Za-z0-9_-]{32}$", name);
        Assert.True(again.GetProperty("result").GetProperty("duplicate").GetBoolean());
        Assert.Equal("label", label.GetProperty("outcome").GetString());
        var stored = Store.Cases.Find(name)!;
        Assert.Matches("^m{20}~", stored.TerminalId);
        Assert.Matches("^fp_of_ch_l{11}~", stored.CardId);
        Store.WaitForRows(Poll.Deadline);
        Assert.Equal(name, Store.ReadLabelJournal(Store.LabelSequence() - 1, 1)[0].Change.Label.TransactionId.ToString());
    }

    [Fact]
    public async Task Event_OfTheTestMode_IsCountedAndChangesNothing()
    {
        await Send(Event("charge.succeeded", Charge("ch_live", 100, "eur")));
        Store.WaitForRows(Poll.Deadline);
        var (payments, labels) = (Store.Count(), Store.LabelSequence());

        var charge = await Send(TestMode(Event("charge.succeeded", Charge("ch_test", 100, "eur"))));
        var dispute = await Send(TestMode(Event("charge.dispute.created", """{"object":"dispute","id":"dp_test","charge":"ch_live","reason":"fraudulent"}""")));

        Assert.Equal(("other_mode", "other_mode"), (charge.GetProperty("outcome").GetString(), dispute.GetProperty("outcome").GetString()));
        Assert.Equal((payments, labels), (Store.Count(), Store.LabelSequence()));
    }

    [Theory]
    [InlineData(StripeMode.Live, true, false)]
    [InlineData(StripeMode.Test, false, true)]
    [InlineData(StripeMode.Any, true, true)]
    public void Mode_SaysWhichEventsCount(StripeMode mode, bool live, bool test)
    {
        var options = new StripeOptions { Mode = mode };

        Assert.Equal((live, test), (options.Takes(isLive: true), options.Takes(isLive: false)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    public async Task Body_NoJson_IsRefused(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);

        Assert.Equal(HttpStatusCode.BadRequest, await Status(bytes, StripeSignature.Make(Current, Now, bytes)));
    }

    // Signed, so Stripe's: a thin event, or one of a version to come. To refuse it would have the address switched off.
    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":"evt","type":"charge.succeeded","data":{}}""")]
    [InlineData("""{"id":"evt","object":"v2.core.event","type":"v1.billing.meter.error_report_triggered","related_object":null}""")]
    public async Task Body_SignedAndNoEventThatIsKnown_IsAnswered200(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);

        Assert.Equal("refused", (await Send(bytes)).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Body_WithAMark_IsCheckedAsItCame() =>
        Assert.Equal("ignored", (await Send([0xEF, 0xBB, 0xBF, .. Event("customer.updated", "{}")])).GetProperty("outcome").GetString());

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

    private static byte[] TestMode(byte[] body) => With(body, "\"livemode\":false,\"created\":1700000000");

    private static byte[] At(int second, byte[] body) => With(body, string.Create(CultureInfo.InvariantCulture, $"\"created\":{1_700_000_000 + second}"));

    private static byte[] With(byte[] body, string created) => Encoding.UTF8.GetBytes(
        Encoding.UTF8.GetString(body).Replace("\"created\":1700000000,\"data\"", created + ",\"data\"", StringComparison.Ordinal));

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
