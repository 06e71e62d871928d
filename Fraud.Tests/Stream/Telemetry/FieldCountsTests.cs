using System.Diagnostics.Metrics;
using System.Text;
using Confluent.Kafka;
using Fraud.Model;
using Fraud.Model.Decoding;
using Fraud.Stream.Telemetry;
using Fraud.Tests.Http;
using Fraud.Tests.Http.Routing;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Telemetry;

public sealed class FieldCountsTests
{
    [Theory]
    [InlineData("""{"transaction_id":"t","card_id":"c","terminal_id":"m","source":"pos","currency":"EUR","event_time":1700000000,"amount":1}""", FieldGaps.None)]
    [InlineData("""{"transaction_id":"t","customer_id":"c","terminal_id":"m","source":"pos","currency":"EUR","event_time":1700000000,"amount":1}""", FieldGaps.None)]
    [InlineData("""{"transaction_id":"t","card_id":"c","terminal_id":"m","source":"pos","currency":"EUR","event_time":1700000000,"amount":1,"merchantid":"m"}""", FieldGaps.UnknownField)]
    [InlineData("""{"transaction_id":"t","card_id":"c","source":"pos","currency":"EUR","event_time":1700000000,"amount":1}""", FieldGaps.TerminalId)]
    [InlineData("""{"card_id":"c","terminal_id":"m","amount":1}""",
        FieldGaps.TransactionId | FieldGaps.Source | FieldGaps.Currency | FieldGaps.EventTime)]
    [InlineData("""{"amount":1}""",
        FieldGaps.TransactionId | FieldGaps.CardId | FieldGaps.TerminalId | FieldGaps.Source | FieldGaps.Currency | FieldGaps.EventTime)]
    public void Read_Payment_NotesWhatItLacks(string json, FieldGaps gaps)
    {
        var transaction = new Transaction { Gaps = FieldGaps.UnknownField };

        Assert.True(new TransactionReader(new TransactionLimits(), Guards.New()).TryRead(Encoding.UTF8.GetBytes(json), transaction, out _));

        Assert.Equal(gaps, transaction.Gaps);
    }

    [Fact]
    public void Read_ThirtyFeatures_LackNothing()
    {
        var transaction = new Transaction();
        var json = $$"""{"features":[{{string.Join(',', Enumerable.Repeat(1, 30))}}]}""";

        Assert.True(new TransactionReader(new TransactionLimits(), Guards.New()).TryRead(Encoding.UTF8.GetBytes(json), transaction, out _));

        Assert.Equal(FieldGaps.None, transaction.Gaps);
    }

    [Fact]
    public void Add_EachGap_CountsUnderItsOwnName()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var metrics = new StreamMetrics(new FakeTimeProvider(), meters);
        var counts = new FieldCounts(metrics);
        counts.Add(FieldGaps.CardId | FieldGaps.UnknownField, isFromKafka: true);
        counts.Add(FieldGaps.None, isFromKafka: false);

        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters && instrument.Name is ("fraud_payment_fields" or "fraud_payments_read"))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (value > 0)
            {
                found[string.Join(' ', tags.ToArray().Select(static tag => tag.Value))] = value;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(
            ["card_id kafka missing", "http", "kafka", "other kafka unknown"], found.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Payments_OverBothWays_CountWhereTheyCameInAndOnce()
    {
        await using var front = await RoutingNode.Start("front");
        await using var owner = await RoutingNode.Start("owner");
        front.Know(owner, front.All);
        var (before, ofOwner) = (Count(front), Count(owner));

        using var forwarded = await front.Predict(RoutingNode.Body("f-1", "card-1"));
        using var batch = await front.Batch([RoutingNode.Body("f-2", "card-2"), """{"amount":1}"""]);

        forwarded.EnsureSuccessStatusCode();
        batch.EnsureSuccessStatusCode();
        // The first two lack source and currency, the last one all there is.
        Assert.Equal(before + 3, Count(front));
        Assert.Equal(ofOwner, Count(owner));
    }

    [Fact]
    public async Task Records_WithAndWithoutTerminal_CountOverKafka()
    {
        var server = new ServerFixture();
        await server.InitializeAsync();
        try
        {
            using (var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = server.Kafka }).Build())
            {
                foreach (var value in new[] { """{"source":"pos","card_id":"c","amount":1}""", """{"source":"pos","terminal_id":"m","card_id":"c","amount":2}""", "{" })
                {
                    await producer.ProduceAsync("transactions", new Message<byte[], byte[]> { Key = "c"u8.ToArray(), Value = Encoding.UTF8.GetBytes(value) });
                }
            }

            await Poll.Until(async () =>
                (await Scrape(server.Client)).Contains("fraud_dead_letters_total{reason=\"invalid_json\"} 1", StringComparison.Ordinal));

            var text = await Scrape(server.Client);
            Assert.Contains("fraud_payments_read_total{origin=\"kafka\"} 2", text, StringComparison.Ordinal);
            Assert.Contains("fraud_payment_fields_total{field=\"terminal_id\",origin=\"kafka\",problem=\"missing\"} 1", text, StringComparison.Ordinal);
            Assert.Contains("fraud_payment_fields_total{field=\"source\",origin=\"kafka\",problem=\"missing\"} 0", text, StringComparison.Ordinal);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static long Count(RoutingNode node) => node.Services.GetRequiredService<FieldCounts>().Of(FieldGaps.Source, isFromKafka: false);

    private static Task<string> Scrape(HttpClient client) => client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
}
