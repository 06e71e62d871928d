using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Tracing;

public sealed class TracingTests(TracedServer traced) : IClassFixture<TracedServer>
{
    private static readonly string[] Stages = ["queue", "features", "score", "decide", "store"];

    private HttpClient Client => traced.Server.Client;

    [Fact]
    public async Task Predict_WithTraceParent_IsThatTraceInTheAnswerAtTheCollectorAndInTheAlert()
    {
        var (trace, caller, parent) = TracedServer.NewParent();
        using var answer = await TracedServer.Post(
            Client, "/predict", """{"transaction_id":"traced-1","card_id":"tok_card_secret","terminal_id":"term_secret","amount":12.5}""", parent);

        answer.EnsureSuccessStatusCode();
        var said = answer.Headers.GetValues("traceparent").Single();
        var spans = await traced.Collector.Trace(trace, [.. Stages, "POST /predict", "payment", "send fraud_alerts"]);
        var request = spans.Single(static span => span.Name == "POST /predict");
        var payment = spans.Single(static span => span.Name == "payment");
        Assert.Equal($"00-{trace}-{request.SpanId}-01", said);
        Assert.Equal((ReceivedSpan.Server, caller, "200"), (request.Kind, request.ParentId, request.Tags["http.response.status_code"]));
        Assert.Equal("/predict", request.Tags["http.route"]);
        Assert.Equal(request.SpanId, payment.ParentId);
        Assert.Equal("review", payment.Tags["fraud.decision"]);
        Assert.Equal("payments", payment.Tags["fraud.model"]);
        var stages = Stages.Select(name => spans.Single(span => span.Name == name)).ToArray();
        Assert.All(stages, stage =>
        {
            Assert.Equal(payment.SpanId, stage.ParentId);
            Assert.InRange(stage.End, stage.Start, payment.End);
        });
        Assert.Equal(stages, stages.OrderBy(static stage => stage.Start));
        Assert.Equal(payment.Start, stages[0].Start);
        Assert.Equal(payment.End, stages[^1].End);

        var alert = traced.Alert("traced-1");
        Assert.Equal($"00-{trace}-{payment.SpanId}-01", Encoding.UTF8.GetString(alert.Headers.GetLastBytes("traceparent")));
        var sent = spans.Single(static span => span.Name == "send fraud_alerts");
        Assert.Equal((ReceivedSpan.Producer, payment.SpanId), (sent.Kind, sent.ParentId));

        // Neither card nor terminal; the payment's id only when asked for.
        Assert.All(traced.Collector.Requests.Select(Encoding.Latin1.GetString), static bytes =>
        {
            Assert.DoesNotContain("secret", bytes, StringComparison.Ordinal);
            Assert.DoesNotContain("traced-1", bytes, StringComparison.Ordinal);
        });
        Assert.Contains("Bearer hunter2", traced.Collector.Tokens);
        Assert.Equal("fraud-detection", payment.Service);
    }

    [Fact]
    public async Task Record_WithTraceParent_IsThatTraceAndItsAlertToo()
    {
        var (trace, producerSpan, parent) = TracedServer.NewParent();
        using (var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = traced.Server.Kafka }).Build())
        {
            await producer.ProduceAsync("transactions", new Message<byte[], byte[]>
            {
                Key = "card-k"u8.ToArray(),
                Value = """{"transaction_id":"traced-2","card_id":"card-k","amount":1.5}"""u8.ToArray(),
                Headers = new Headers { { "traceparent", Encoding.UTF8.GetBytes(parent) }, { "tracestate", "vendor=1"u8.ToArray() } },
            });
        }

        var spans = await traced.Collector.Trace(trace, [.. Stages, "process transactions"]);
        var payment = spans.Single(static span => span.Name == "process transactions");
        Assert.Equal((ReceivedSpan.Consumer, producerSpan), (payment.Kind, payment.ParentId));
        Assert.Equal("kafka", payment.Tags["messaging.system"]);
        var alert = traced.Alert("traced-2");
        Assert.Equal($"00-{trace}-{payment.SpanId}-01", Encoding.UTF8.GetString(alert.Headers.GetLastBytes("traceparent")));
        Assert.Equal("vendor=1", Encoding.UTF8.GetString(alert.Headers.GetLastBytes("tracestate")));
    }

    [Fact]
    public async Task Predict_OfATraceThatIsNotSampled_LeavesNoSpanAndAnAlertWithout()
    {
        var (silent, _, parent) = TracedServer.NewParent(sampled: false);
        using var answer = await TracedServer.Post(Client, "/predict", """{"transaction_id":"silent-1","amount":1}""", parent);
        var (loud, _, next) = TracedServer.NewParent();
        using var other = await TracedServer.Post(Client, "/predict", """{"transaction_id":"loud-1","amount":1}""", next);

        await traced.Collector.Trace(loud, "payment");

        Assert.StartsWith($"00-{silent}-", answer.Headers.GetValues("traceparent").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain(traced.Collector.Spans, span => span.TraceId == silent);
        Assert.False(traced.Alert("silent-1").Headers.TryGetLastBytes("traceparent", out _));
    }

    [Fact]
    public async Task Predict_Wrong_TheProblemNamesTheTraceThatTheCollectorHas()
    {
        var (trace, _, parent) = TracedServer.NewParent();
        using var answer = await TracedServer.Post(Client, "/predict", """{"amount":"much"}""", parent);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        var request = (await traced.Collector.Trace(trace, "POST /predict")).Single();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal($"00-{trace}-{request.SpanId}-01", problem.GetProperty("traceId").GetString());
        Assert.Equal("400", request.Tags["http.response.status_code"]);
    }

    [Theory]
    [InlineData("/api/v1/anomaly/4000000000000002", "GET")]
    [InlineData("/nowhere/4000000000000002", "GET")]
    public async Task Get_CardInPathQueryAndHeaders_IsInNoTagOfTheSpan(string path, string beginning)
    {
        var (trace, _, parent) = TracedServer.NewParent();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}?card_id=4000000000000002&4000000000000002=1");
        request.Headers.Add("traceparent", parent);
        request.Headers.TryAddWithoutValidation("User-Agent", "card 4000000000000002");
        using var answer = await Client.SendAsync(request);

        ReceivedSpan[] spans = [];
        await Poll.Until(() => (spans = [.. traced.Collector.Spans.Where(span => span.TraceId == trace)]).Length > 0);

        var span = spans.Single();
        Assert.StartsWith(beginning, span.Name, StringComparison.Ordinal);
        Assert.Equal(((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture), span.Tags["http.response.status_code"]);
        Assert.Subset(
            new HashSet<string>(StringComparer.Ordinal)
            {
                "http.request.method", "http.route", "http.response.status_code", "network.protocol.version", "url.scheme",
            },
            span.Tags.Keys.ToHashSet(StringComparer.Ordinal));
        Assert.All(traced.Collector.Requests.Select(Encoding.Latin1.GetString), static bytes =>
            Assert.DoesNotContain("4000000000000002", bytes, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Batch_OfMany_ItsFirstOnesHaveSpans()
    {
        var (trace, _, parent) = TracedServer.NewParent();
        var items = string.Join(',', Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"amount":{{i + 1}}}""")));
        using var answer = await TracedServer.Post(Client, "/predict/batch", $"[{items}]", parent);
        answer.EnsureSuccessStatusCode();
        var (last, _, next) = TracedServer.NewParent();
        using var other = await TracedServer.Post(Client, "/predict", """{"amount":1}""", next);

        await traced.Collector.Trace(last, "POST /predict", "payment");
        var spans = await traced.Collector.Trace(trace, "POST /predict/batch");

        Assert.Equal(16, spans.Count(static span => span.Name == "payment"));
    }

    [Fact]
    public async Task Metrics_SaysHowManySpansWereSent()
    {
        var (trace, _, parent) = TracedServer.NewParent();
        using var answer = await TracedServer.Post(Client, "/predict", """{"amount":1}""", parent);
        await traced.Collector.Trace(trace, "payment");

        var metrics = await Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Contains("fraud_trace_spans_total{outcome=\"dropped\"} 0", metrics, StringComparison.Ordinal);
        Assert.Contains("fraud_trace_spans_total{outcome=\"sent\"}", metrics, StringComparison.Ordinal);
    }
}
