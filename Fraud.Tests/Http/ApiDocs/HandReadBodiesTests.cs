using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fraud.Http.Labels;
using Fraud.Http.Problems;
using Fraud.Http.Scoring;
using Fraud.Http.Stripe;
using Fraud.Model;
using Fraud.Model.Decoding;
using Fraud.Stream.Overload;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fraud.Tests.Http.ApiDocs;

/// <summary>
/// Bodies that are read by hand, because they come by the thousand: the type that the document shows takes and refuses the
/// same, and its schema refuses none that is taken.
/// </summary>
public sealed class HandReadBodiesTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly string ThirtyNumbers = string.Join(',', Enumerable.Repeat("1.5", 30));
    private static readonly string Columns = string.Join(',', Enumerable.Range(1, 28).Select(static column => $"\"V{column}\":-1.5"));

    public static TheoryData<string> GoodPayments => new(
        """{"amount":1}""",
        """{"amount":0}""",
        """{"amount":1e2}""",
        """{"amount":10000000000}""",
        """{"amount":300,"currency":"JPY"}""",
        """{"amount":1.234,"currency":"KWD"}""",
        """{"transaction_id":"order-1","card_id":"card-17","terminal_id":"t-4","amount":149.90,"currency":"EUR","event_time":"2025-11-20T12:00:00Z","source":"online"}""",
        """{"transaction_id":17,"amount":1}""",
        """{"id":"order-1","customer_id":"c-1","merchant_id":"m-1","timestamp":1763640000,"amount":1}""",
        """{"card_id":"card-1","customer_id":"c-1","amount":1}""",
        """{"amount":1,"event_time":1763640000123}""",
        """{"amount":1,"event_time":"2025-11-20T12:00:00+01:00"}""",
        """{"amount":1,"source":""}""",
        """{"amount":1,"source":null,"currency":null,"event_time":null,"timestamp":null,"transaction_id":null,"card_id":null,"terminal_id":null,"merchant_id":null}""",
        """{"amount":1,"terminal_id":"t-4","merchant_id":"m-1"}""",
        """{"amount":1,"card_id":" c-1  "}""",
        """{"amount":1,"event_time":"2025-11-20 12:00:00.123456+00:00"}""",
        """{"amount":1,"V1":null,"features":null}""",
        """{"amount":1,"unknown":{"deep":[1,2]}}""",
        $$"""{"transaction_id":"{{new string('x', 63)}}","amount":1}""",
        $$"""{"features":[{{ThirtyNumbers}}]}""",
        $$"""{"features":[{{ThirtyNumbers}}],"amount":1,"card_id":"card-1"}""",
        $$"""{"Time":0,{{Columns}},"Amount":149.62}""");

    public static TheoryData<string> BadPayments => new(
        "",
        "null",
        "[]",
        "{}",
        """{"amount":1} x""",
        """{"amount":null}""",
        """{"amount":"1"}""",
        """{"amount":-1}""",
        """{"amount":1.234}""",
        """{"amount":10000000000.01}""",
        """{"amount":1e40}""",
        """{"amount":0.5,"currency":"JPY"}""",
        """{"amount":1,"amount":1}""",
        """{"amount":1,"currency":"eur"}""",
        """{"amount":1,"transaction_id":""}""",
        """{"amount":1,"transaction_id":"  "}""",
        """{"amount":1,"transaction_id":1.5}""",
        """{"amount":1,"transaction_id":-1}""",
        """{"amount":1,"transaction_id":"a\u0000b"}""",
        """{"amount":1,"transaction_id":"\ud800"}""",
        """{"amount":1,"transaction_id":"a","id":"b"}""",
        """{"amount":1,"card_id":"4111111111111111"}""",
        """{"amount":1,"customer_id":"4111111111111111"}""",
        """{"amount":1,"terminal_id":true}""",
        """{"amount":1,"event_time":"2025-11-20"}""",
        """{"amount":1,"event_time":"2025-11-20T12:00:00"}""",
        """{"amount":1,"event_time":-1}""",
        """{"amount":1,"event_time":"2999-11-20T12:00:00Z"}""",
        """{"amount":1,"event_time":0}""",
        """{"amount":1,"event_time":"1970-01-01T00:00:00Z"}""",
        """{"amount":1,"source":5}""",
        """{"amount":1,"source":"a\tb"}""",
        $$"""{"amount":1,"transaction_id":"{{new string('x', 64)}}"}""",
        $$"""{"amount":1,"transaction_id":"{{new string('é', 32)}}"}""",
        """{"features":[1,2,3]}""",
        """{"features":"1"}""",
        $$"""{"features":[{{ThirtyNumbers}},1]}""",
        $$"""{"features":[1e40,{{ThirtyNumbers[4..]}}]}""",
        $$"""{"features":[{{ThirtyNumbers}}],"amount":-1}""",
        $$"""{"Time":0,{{Columns}}}""",
        $$"""{"Time":"0",{{Columns}},"Amount":149.62}""");

    public static TheoryData<string> GoodLabels => new(
        """{"transaction_id":"order-1","is_fraud":true}""",
        """{"transaction_id":"order-1","is_fraud":0}""",
        """{"id":"order-1","is_fraud":false}""",
        """{"transaction_id":7,"is_fraud":1,"card_id":"card-1","terminal_id":"t-1","event_time":"2025-11-20T12:00:00Z"}""",
        """{"transaction_id":"order-1","is_fraud":true,"card_id":null,"terminal_id":null,"event_time":null}""",
        """{"transaction_id":"order-1","is_fraud":true,"amount":"whatever"}""");

    public static TheoryData<string> BadLabels => new(
        "null",
        "[]",
        "{}",
        """{"transaction_id":null,"is_fraud":true}""",
        """{"transaction_id":"order-1"}""",
        """{"is_fraud":true}""",
        """{"transaction_id":"order-1","is_fraud":null}""",
        """{"transaction_id":"order-1","is_fraud":"true"}""",
        """{"transaction_id":"order-1","is_fraud":2}""",
        """{"transaction_id":"order-1","is_fraud":1.0}""",
        """{"transaction_id":"order-1","is_fraud":true,"is_fraud":true}""",
        """{"transaction_id":"","is_fraud":true}""",
        """{"transaction_id":"a","id":"a","is_fraud":true}""",
        """{"transaction_id":"a","is_fraud":true,"card_id":"4111111111111111"}""",
        """{"transaction_id":"a","is_fraud":true,"card_id":"c","customer_id":"d"}""",
        """{"transaction_id":"a","is_fraud":true,"event_time":"yesterday"}""");

    // What is around the payments of a batch: each of them is taken or refused by itself.
    public static TheoryData<string> GoodBatches => new(
        """[{"amount":1}]""",
        """[{"amount":1},{"amount":2}]""",
        """{"transactions":[{"amount":1}]}""",
        """{"batch_id":"night-run-7","transactions":[{"amount":1}]}""",
        """{"transactions":[{"amount":1}],"batch_id":17}""",
        """{"batch_id":null,"transactions":[{"amount":1}]}""",
        """{"unknown":[{}],"transactions":[{"amount":1}]}""");

    public static TheoryData<string> BadBatches => new(
        "",
        "null",
        "1",
        "{}",
        "[]",
        """[{"amount":1}] x""",
        """{"batch_id":"night-run-7"}""",
        """{"transactions":null}""",
        """{"transactions":{"amount":1}}""",
        """{"transactions":[]}""",
        """{"transactions":[{"amount":1}],"transactions":[{"amount":1}]}""",
        """{"batch_id":"","transactions":[{"amount":1}]}""",
        """{"batch_id":1.5,"transactions":[{"amount":1}]}""",
        """{"batch_id":"a\tb","transactions":[{"amount":1}]}""",
        """{"batch_id":"a","batch_id":"a","transactions":[{"amount":1}]}""",
        $$"""{"batch_id":"{{new string('x', 64)}}","transactions":[{"amount":1}]}""");

    public static TheoryData<string> GoodEvents => new(
        """{"id":"evt_1","type":"charge.succeeded","data":{"object":{}}}""",
        """{"id":"evt_1","type":"charge.succeeded","account":"acct_1","data":{"object":{"id":"ch_1","amount":1250}}}""",
        """{"id":"evt_1","type":"charge.succeeded","account":null,"data":{"object":{}}}""",
        """{"id":"evt_1","object":"event","type":"invoice.paid","livemode":true,"data":{"object":{"lines":[1]},"previous_attributes":{}}}""",
        $$"""{"id":"{{new string('x', 255)}}","type":"charge.succeeded","data":{"object":{} } }""");

    public static TheoryData<string> BadEvents => new(
        "",
        "null",
        "[]",
        "{}",
        """{"id":"evt_1","type":"charge.succeeded","data":{"object":{}}} x""",
        """{"type":"charge.succeeded","data":{"object":{}}}""",
        """{"id":"evt_1","data":{"object":{}}}""",
        """{"id":"evt_1","type":"charge.succeeded"}""",
        """{"id":"evt_1","type":"charge.succeeded","data":null}""",
        """{"id":"evt_1","type":"charge.succeeded","data":[]}""",
        """{"id":"evt_1","type":"charge.succeeded","data":{}}""",
        """{"id":"evt_1","type":"charge.succeeded","data":{"object":null}}""",
        """{"id":"evt_1","type":"charge.succeeded","data":{"object":"ch_1"}}""",
        """{"id":"","type":"charge.succeeded","data":{"object":{}}}""",
        """{"id":null,"type":"charge.succeeded","data":{"object":{}}}""",
        """{"id":{"id":"evt_1"},"type":"charge.succeeded","data":{"object":{}}}""",
        """{"id":"evt_1","type":7,"data":{"object":{}}}""",
        """{"id":"evt_1","type":"charge.succeeded","account":7,"data":{"object":{}}}""",
        """{"id":"evt_1","id":"evt_1","type":"charge.succeeded","data":{"object":{}}}""",
        """{"id":"evt_\ud800","type":"charge.succeeded","data":{"object":{}}}""",
        $$"""{"id":"{{new string('x', 256)}}","type":"charge.succeeded","data":{"object":{} } }""",
        $$"""{"id":"evt_1","type":"{{new string('x', 256)}}","data":{"object":{} } }""");

    [Theory]
    [MemberData(nameof(GoodBatches))]
    public async Task Batch_ThatIsTaken_FitsTypeAndSchema(string json)
    {
        Assert.True(IsBatch(json));
        Assert.Null(ParseBatch(json));
        await AssertFits("BatchForms", json);
    }

    [Theory]
    [MemberData(nameof(BadBatches))]
    public void Batch_ThatIsRefused_IsRefusedByItsType(string json)
    {
        Assert.False(IsBatch(json));
        Assert.NotNull(ParseBatch(json));
    }

    [Theory]
    [MemberData(nameof(GoodEvents))]
    public async Task Event_ThatIsTaken_FitsTypeAndSchema(string json)
    {
        Assert.True(IsEvent(json));
        Assert.Null(Parse<StripeEventRequest>(json));
        await AssertFits("StripeEventRequest", json);
    }

    [Theory]
    [MemberData(nameof(BadEvents))]
    public void Event_ThatIsRefused_IsRefusedByItsType(string json)
    {
        Assert.False(IsEvent(json));
        Assert.NotNull(Parse<StripeEventRequest>(json));
    }

    [Theory]
    [MemberData(nameof(GoodPayments))]
    public async Task Payment_ThatIsTaken_FitsTypeAndSchema(string json)
    {
        Assert.True(new TransactionReader(new TransactionLimits(), Guards.New()).TryRead(Encoding.UTF8.GetBytes(json), new Transaction(), out var error), error.Message);
        Assert.Null(Parse<PaymentRequest>(json));
        await AssertFits("PredictRequest", json);
    }

    [Theory]
    [MemberData(nameof(BadPayments))]
    public void Payment_ThatIsRefused_IsRefusedByItsType(string json)
    {
        Assert.False(new TransactionReader(new TransactionLimits(), Guards.New()).TryRead(Encoding.UTF8.GetBytes(json), new Transaction(), out _));
        Assert.NotNull(Parse<PaymentRequest>(json));
    }

    [Theory]
    [MemberData(nameof(GoodLabels))]
    public async Task Label_ThatIsTaken_FitsTypeAndSchema(string json)
    {
        Assert.True(new LabelReader(new TransactionLimits(), Guards.New()).TryRead(Encoding.UTF8.GetBytes(json), out _, out var error), error.Message);
        Assert.Null(Parse<SentLabel>(json));
        // The document names the id by its first name only.
        await AssertFits("SentLabel", json.Replace("\"id\"", "\"transaction_id\"", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(BadLabels))]
    public void Label_ThatIsRefused_IsRefusedByItsType(string json)
    {
        Assert.False(new LabelReader(new TransactionLimits(), Guards.New()).TryRead(Encoding.UTF8.GetBytes(json), out _, out _));
        Assert.NotNull(Parse<SentLabel>(json));
    }

    private bool IsBatch(string json)
    {
        var batch = new BatchRequest();
        try
        {
            return server.Services.GetRequiredService<BatchReader>().Read(Encoding.UTF8.GetBytes(json), batch) is null;
        }
        catch (JsonException)
        {
            return false;
        }
        finally
        {
            batch.Payments.ForEach(server.Services.GetRequiredService<AdmissionGate>().Return);
        }
    }

    // A list alone is that of an object with nothing else.
    private Problem? ParseBatch(string json) =>
        Parse<PaymentBatch>(json.StartsWith('[') ? $$"""{"transactions":{{json}}}""" : json);

    private static bool IsEvent(string json)
    {
        try
        {
            using var document = StripeEvent.Parse(Encoding.UTF8.GetBytes(json));
            return StripeEvent.Read(document.RootElement) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private Problem? Parse<T>(string json)
        where T : class
    {
        var options = server.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        return JsonBody.Parse((JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)), Encoding.UTF8.GetBytes(json), "a JSON object").Wrong;
    }

    private async Task AssertFits(string schema, string json)
    {
        var document = await ApiDocument.Of(server.Client);
        using var value = JsonDocument.Parse(json);
        Assert.Empty(document.Mistakes(document.Resolve("#/components/schemas/" + schema), value.RootElement, isClosed: false));
    }
}
