using System.Diagnostics;
using System.Text;
using Confluent.Kafka;

namespace Fraud.Tests.Http.Tracing;

/// <summary>A whole server that reviews every payment and sends its spans to a collector of the test's.</summary>
public sealed class TracedServer : IAsyncLifetime
{
    private FlaggingServer? _flagging;

    internal OtlpReceiver Collector { get; private set; } = null!;

    public ServerFixture Server => _flagging!.Server;

    public async Task InitializeAsync()
    {
        Collector = await OtlpReceiver.Start();
        _flagging = new FlaggingServer(Settings(Collector.Address));
        await _flagging.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _flagging!.DisposeAsync();
        await Collector.DisposeAsync();
    }

    internal static Dictionary<string, string?> Settings(string address, string ratio = "0") => new()
    {
        ["Tracing:Endpoint"] = address,
        ["Tracing:Headers"] = "authorization=Bearer hunter2",
        // What the tests ask for is sampled because they ask.
        ["Tracing:SampleRatio"] = ratio,
        ["Tracing:MaxPaymentsPerSecond"] = "0",
        ["Tracing:ExportInterval"] = "00:00:00.050",
    };

    /// <summary>A caller's span of a new trace.</summary>
    internal static (string TraceId, string SpanId, string TraceParent) NewParent(bool sampled = true)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var span = ActivitySpanId.CreateRandom().ToHexString();
        return (trace, span, $"00-{trace}-{span}-{(sampled ? "01" : "00")}");
    }

    internal static Task<HttpResponseMessage> Post(HttpClient client, string path, string body, string? traceParent)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (traceParent is not null)
        {
            request.Headers.Add("traceparent", traceParent);
        }

        return client.SendAsync(request);
    }

    /// <summary>The first alert about a payment.</summary>
    internal Message<byte[], byte[]> Alert(string transactionId)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig { BootstrapServers = Server.Kafka, GroupId = "test-alerts", EnableAutoCommit = false }).Build();
        consumer.Assign(new TopicPartitionOffset("fraud_alerts", 0, Offset.Beginning));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var message = consumer.Consume(deadline.Token).Message;
            if (Encoding.UTF8.GetString(message.Value).Contains($"\"{transactionId}\"", StringComparison.Ordinal))
            {
                return message;
            }
        }
    }
}
