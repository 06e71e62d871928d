using System.Net;
using System.Text.Json;
using Confluent.Kafka;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http;

/// <summary>The main job from end to end, with a real Kafka client.</summary>
public sealed class ServiceTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly TimeSpan Deadline = Poll.Deadline;

    private IFraudStore Store => server.Services.GetRequiredService<IFraudStore>();

    [Fact]
    public async Task Predict_Payment_IsScoredStoredAndRaisesAnAlert()
    {
        using var response = await server.Post("/predict", """{"transaction_id":"http-1","card_id":"card-1","terminal_id":"t-1","amount":950.00}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("http-1", answer.GetProperty("transaction_id").GetString());
        Assert.True(answer.GetProperty("is_fraud").GetBoolean());
        Assert.NotEmpty(answer.GetProperty("reasons").EnumerateArray());
        Assert.Equal("payments", answer.GetProperty("model").GetString());
        Assert.Contains(Store.Journal(), static entry => entry.TransactionId.ToString() == "http-1");
        Assert.Contains("alert-http-1", await ReadAlert("http-1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_SameIdTwice_GetsTheStoredAnswerAndIsCountedOnce()
    {
        const string body = """{"transaction_id":"twice","card_id":"card-2","amount":20}""";
        using var first = await server.Post("/predict", body);
        using var second = await server.Post("/predict", body);

        var one = JsonDocument.Parse(await first.Content.ReadAsStringAsync()).RootElement;
        var two = JsonDocument.Parse(await second.Content.ReadAsStringAsync()).RootElement;
        Assert.False(one.GetProperty("duplicate").GetBoolean());
        Assert.True(two.GetProperty("duplicate").GetBoolean());
        Assert.Equal(one.GetProperty("fraud_score").GetSingle(), two.GetProperty("fraud_score").GetSingle());
        Assert.Single(Store.Journal(), static entry => entry.TransactionId.ToString() == "twice");
    }

    [Fact]
    public async Task Kafka_GoodAndBadRecords_AreStoredOrGoToTheDeadLetterTopic()
    {
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = server.Kafka }).Build();
        producer.Produce("transactions", new Message<string, string> { Key = "k", Value = """{"transaction_id":"kafka-good","card_id":"k","amount":3}""" });
        producer.Produce("transactions", new Message<string, string> { Key = "k", Value = """{"transaction_id":"kafka-bad","card_id":"k","amount":"3"}""" });
        producer.Flush(Deadline);

        var letter = await Task.Run(() => Read("transactions.dead_letter", static record => record.Message.Key == "k"));

        Assert.Contains("kafka-bad", letter.Message.Value, StringComparison.Ordinal);
        Assert.Equal("invalid_field", Header(letter, "reason"));
        Assert.StartsWith("amount: expected", Header(letter, "error"), StringComparison.Ordinal);
        Assert.Equal("transactions", Header(letter, "origin.topic"));
        await Poll.Until(() => Store.Journal().Any(static entry => entry.TransactionId.ToString() == "kafka-good"));
        Assert.DoesNotContain(Store.Journal(), static entry => entry.TransactionId.ToString() == "kafka-bad");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health")]
    [InlineData("/health/live")]
    public async Task Get_Health_Answers(string path)
    {
        using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        JsonDocument.Parse(await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_Ready_NamesEachDependency()
    {
        await server.UntilReady();

        using var response = await server.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var checks = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("checks");
        Assert.Equal(["cluster", "database", "graph", "kafka", "model", "parts", "shards"], checks.EnumerateObject().Select(static check => check.Name).Order());
    }

    [Fact]
    public async Task Get_Metrics_CountsPredictions()
    {
        using var predicted = await server.Post("/predict", """{"amount":1}""");

        var text = "";
        await Poll.Until(() =>
        {
            text = server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)).GetAwaiter().GetResult();
            return text.Contains("fraud_predictions_total{", StringComparison.Ordinal);
        });
        Assert.Contains("# TYPE fraud_prediction_latency_seconds histogram", text, StringComparison.Ordinal);
        Assert.Contains("fraud_prediction_latency_seconds_bucket{le=\"+Inf\"}", text, StringComparison.Ordinal);
    }

    private Task<string> ReadAlert(string transactionId) => Task.Run(() => Read(
        "fraud_alerts", record => record.Message.Value.Contains($"\"{transactionId}\"", StringComparison.Ordinal)).Message.Value);

    private ConsumeResult<string, string> Read(string topic, Func<ConsumeResult<string, string>, bool> wanted)
    {
        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = server.Kafka,
            GroupId = Guid.NewGuid().ToString(),
        }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var record = consumer.Consume(deadline.Token);
            if (wanted(record))
            {
                return record;
            }
        }
    }

    private static string Header(ConsumeResult<string, string> record, string name) =>
        System.Text.Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));
}
