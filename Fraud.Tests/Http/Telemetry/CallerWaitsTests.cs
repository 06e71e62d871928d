using System.Diagnostics.Metrics;
using System.Globalization;
using Fraud.Http.Telemetry;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Http.Telemetry;

/// <summary>What callers with payments waited.</summary>
public sealed class CallerWaitsTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Get_Metrics_CountsEachRequestAboutPaymentsOnceByItsOutcome()
    {
        var before = await Counts();

        using var one = await server.Post("/predict", """{"amount":950}""");
        using var batch = await server.Post("/predict/batch", """[{"amount":950},{"amount":-1}]""");
        using var wrong = await server.Post("/predict", """{"amount":"much"}""");
        using var other = await server.Client.GetAsync(new Uri("/cluster", UriKind.Relative));
        other.EnsureSuccessStatusCode();

        // A request is counted once its answer is written, which its caller may have before.
        await Poll.Until(async () => (await Counts()).Values.Sum() >= before.Values.Sum() + 3);
        var after = await Counts();
        Assert.Equal(1, After("/predict", "answered") - Before("/predict", "answered"));
        Assert.Equal(1, After("/predict/batch", "answered") - Before("/predict/batch", "answered"));
        Assert.Equal(1, After("/predict", "refused") - Before("/predict", "refused"));
        Assert.Equal(before.Values.Sum() + 3, after.Values.Sum());

        double After(string endpoint, string outcome) => after.GetValueOrDefault(Series(endpoint, outcome));
        double Before(string endpoint, string outcome) => before.GetValueOrDefault(Series(endpoint, outcome));
    }

    [Theory]
    [InlineData(200, "answered")]
    [InlineData(404, "refused")]
    [InlineData(422, "refused")]
    [InlineData(429, "rate_limited")]
    [InlineData(499, "left")]
    [InlineData(500, "failed")]
    [InlineData(503, "unavailable")]
    [InlineData(504, "late")]
    public void End_Status_IsItsOutcomeAfterTheWholeWait(int status, string outcome)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var time = new FakeTimeProvider();
        var waits = new CallerWaits(services.GetRequiredService<IMeterFactory>(), time);
        List<(double Seconds, string Tags)> seen = [];
        using var listener = Listen(services, (seconds, tags) => seen.Add((seconds, string.Join(',', tags.ToArray().Select(static tag => tag.Value)))));
        var context = Request();
        RoutedMark.Set(context);

        var begun = waits.Begin();
        time.Advance(TimeSpan.FromMilliseconds(125));
        waits.End(context, begun, "/predict", status);
        waits.End(new DefaultHttpContext(), begun, "/cluster", status);

        Assert.Equal([(0.125, $"/predict,{outcome},routed")], seen);
    }

    [Fact]
    public void End_OnTheWayOfEachPayment_MakesNoObject()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var waits = new CallerWaits(services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
        var count = 0;
        using var listener = Listen(services, (_, _) => count++);
        var context = Request();
        Run();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(2_000, count);
        Assert.Equal(0, allocated);

        void Run()
        {
            for (var i = 0; i < 1_000; i++)
            {
                waits.End(context, waits.Begin(), "/predict", 200);
            }
        }
    }

    private static DefaultHttpContext Request()
    {
        var context = new DefaultHttpContext();
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(PaymentsRule.Instance), "predict"));
        return context;
    }

    private static MeterListener Listen(IServiceProvider services, Action<double, ReadOnlySpan<KeyValuePair<string, object?>>> heard)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == meters)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => heard(value, tags));
        listener.Start();
        return listener;
    }

    private static string Series(string endpoint, string outcome) => $$"""fraud_http_wait_seconds_count{endpoint="{{endpoint}}",outcome="{{outcome}}",route="here"}""";

    private async Task<Dictionary<string, double>> Counts() =>
        (await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n')
            .Where(static line => line.StartsWith("fraud_http_wait_seconds_count{", StringComparison.Ordinal))
            .ToDictionary(static line => line[..line.LastIndexOf(' ')], static line => double.Parse(line.AsSpan(line.LastIndexOf(' ')), CultureInfo.InvariantCulture));
}
