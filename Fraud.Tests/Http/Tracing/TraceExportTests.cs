using System.Globalization;
using System.Text;
using System.Text.Json;
using Fraud.Faults.Processes;
using Fraud.Http.Tracing;
using Fraud.Tests.Http.Routing;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Http.Tracing;

public sealed class TraceExportTests : IAsyncLifetime
{
    private OtlpReceiver _collector = null!;

    public async Task InitializeAsync() => _collector = await OtlpReceiver.Start();

    public async Task DisposeAsync() => await _collector.DisposeAsync();

    [Fact]
    public async Task Get_WithoutATraceAtRatioOne_IsTracedUnlessNobodyWouldLook()
    {
        var server = new ServerFixture(TracedServer.Settings(_collector.Address, ratio: "1"));
        await server.InitializeAsync();
        try
        {
            using var health = await server.Client.GetAsync(new Uri("/health", UriKind.Relative));
            using var metrics = await server.Client.GetAsync(new Uri("/metrics", UriKind.Relative));
            using var answer = await server.Post("/predict", """{"amount":1}""");

            await Poll.Until(() => _collector.Spans.Any(static span => span.Name == "POST /predict"));

            Assert.DoesNotContain(_collector.Spans, static span => span.Name is "GET /health" or "GET /metrics");
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Export_CollectorRefusesThenTakes_NoPaymentWaitsAndTheLogSaysBoth()
    {
        var log = new RecordingLog();
        _collector.Status = 400;
        var server = new ServerFixture(
            TracedServer.Settings(_collector.Address, ratio: "1"), services => services.AddLogging(logging => logging.AddProvider(log)));
        await server.InitializeAsync();
        try
        {
            using var first = await server.Post("/predict", """{"amount":1}""");
            first.EnsureSuccessStatusCode();
            await Poll.Until(() => log.Of(SpanExporter.AwayId).Any());
            Assert.Contains("refused\"} ", await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);

            _collector.Status = 200;
            using var second = await server.Post("/predict", """{"amount":1}""");
            await Poll.Until(() => log.Of(SpanExporter.BackId).Any());
            Assert.Contains(_collector.Spans, static span => span.Name == "payment");
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Export_ByGrpc_ArrivesToo()
    {
        await using var collector = await OtlpReceiver.Start(grpc: true);
        var settings = TracedServer.Settings(collector.Address);
        settings["Tracing:Protocol"] = "Grpc";
        settings["Tracing:TransactionIds"] = "true";
        var server = new ServerFixture(settings);
        await server.InitializeAsync();
        try
        {
            var (trace, _, parent) = TracedServer.NewParent();
            using var answer = await TracedServer.Post(server.Client, "/predict", """{"transaction_id":"named-1","amount":1}""", parent);

            var spans = await collector.Trace(trace, "POST /predict", "payment", "store");

            Assert.Equal("named-1", spans.Single(static span => span.Name == "payment").Tags["fraud.transaction_id"]);
            Assert.Contains("Bearer hunter2", collector.Tokens);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Export_CollectorHangs_SpansBeyondTheBoundAreDroppedAndPaymentsAreAnswered()
    {
        var hang = new TaskCompletionSource();
        _collector.Held = hang.Task;
        var settings = TracedServer.Settings(_collector.Address, ratio: "1");
        settings["Tracing:QueueCapacity"] = "10";
        settings["Tracing:MaxExportBatch"] = "10";
        var server = new ServerFixture(settings);
        await server.InitializeAsync();
        try
        {
            for (var i = 0; i < 10; i++)
            {
                using var answer = await server.Post("/predict", """{"amount":1}""");
                answer.EnsureSuccessStatusCode();
            }

            var metrics = await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
            // Seven spans a payment; the last ones may still be on their way, and other services in this process make some.
            var dropped = metrics.Split('\n').Single(static line => line.StartsWith("fraud_trace_spans_total{outcome=\"dropped\"} ", StringComparison.Ordinal));
            Assert.InRange(int.Parse(dropped[(dropped.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture), 40, int.MaxValue);
        }
        finally
        {
            hang.SetResult();
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Predict_ForwardedToItsOwner_ItsSpansComeFromThereInTheSameTrace()
    {
        var settings = TracedServer.Settings(_collector.Address).Select(static pair => (pair.Key, pair.Value!)).ToArray();
        await using var front = await RoutingNode.Start("front", settings);
        await using var owner = await RoutingNode.Start("owner", settings);
        front.Know(owner, front.All);
        var (trace, _, parent) = TracedServer.NewParent();

        using var answer = await TracedServer.Post(front.Client, "/predict", RoutingNode.Body("routed-1", "card-1"), parent);

        answer.EnsureSuccessStatusCode();
        // Two servers in one process hear each other's spans, so each may come twice; which node it was is seen by the
        // answer.
        var spans = (await _collector.Trace(trace, "POST /predict", "payment", "store")).DistinctBy(static span => span.SpanId).ToArray();
        var request = spans.Single(static span => span.Name == "POST /predict");
        var payment = spans.Single(static span => span.Name == "payment");
        Assert.Equal(owner.Identity.Name, answer.Headers.GetValues("X-Fraud-Node").Single());
        Assert.Equal(request.SpanId, payment.ParentId);
    }

    [Fact]
    public async Task Labels_WithTraceParent_TheLinesOfTheLogNameTheTrace()
    {
        using var folder = new TempFolder();
        var (trace, _, parent) = TracedServer.NewParent();
        string[] settings =
        [
            "Logging:Console:FormatterName=json", "Http:Urls=http://127.0.0.1:0", $"Storage:SqliteFile={folder.File("fraud.db")}",
            $"Scoring:Model={Path.Combine(Repository.Root, "models", "payments")}", $"Tracing:Endpoint={_collector.Address}",
            "Tracing:ExportInterval=00:00:00.050", "Logging:LogLevel:Microsoft.Hosting.Lifetime=Information",
        ];
        using var service = new OwnedProcess(
            folder.File("log"), folder.Path, "env",
            ["OTEL_RESOURCE_ATTRIBUTES=team=payments-77", "dotnet", Deployment.FraudProgram, "serve", "--no-feed", "--no-welcome", .. settings.SelectMany(static setting => new[] { "--set", setting })]);
        string? address = null;
        await Poll.Until(() => (address = Lines(service).Select(AddressOf).FirstOrDefault(static found => found is not null)) is not null);
        using var client = new HttpClient { BaseAddress = new Uri(address!) };

        await Poll.Until(async () =>
        {
            using var answer = await TracedServer.Post(client, "/labels", """[{"transaction_id":"t-1","is_fraud":true}]""", parent);
            return answer.IsSuccessStatusCode;
        });

        await Poll.Until(() => Lines(service).Any(line => line.Contains("Audit", StringComparison.Ordinal) && line.Contains($"\"TraceId\":\"{trace}\"", StringComparison.Ordinal)));
        await _collector.Trace(trace, "POST /labels");
        Assert.Contains(_collector.Requests, static request => Encoding.Latin1.GetString(request).Contains("payments-77", StringComparison.Ordinal));
    }

    private static string[] Lines(OwnedProcess service) => [.. File.ReadAllLines(service.Log).Where(static line => line.EndsWith('}'))];

    private static string? AddressOf(string line) =>
        JsonDocument.Parse(line).RootElement.GetProperty("State") is { ValueKind: JsonValueKind.Object } state
        && state.TryGetProperty("address", out var address)
            ? address.GetString()
            : null;
}
