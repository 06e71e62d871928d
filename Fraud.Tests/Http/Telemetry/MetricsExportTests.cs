using System.Text;
using Fraud.Tests.Http.Tracing;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Telemetry;

public sealed class MetricsExportTests
{
    [Fact]
    public async Task Serve_WithACollectorForMetrics_PushesThemWithItsNameAndTracesNothing()
    {
        await using var collector = await OtlpReceiver.Start();
        var server = new ServerFixture(new Dictionary<string, string?>
        {
            ["MetricsExport:Endpoint"] = collector.Address,
            ["MetricsExport:Interval"] = "00:00:00.100",
        });
        await server.InitializeAsync();
        try
        {
            using var answer = await server.Post("/predict", """{"amount":950}""");
            answer.EnsureSuccessStatusCode();

            await Poll.Until(() => collector.Metrics.Select(Encoding.Latin1.GetString).Any(static export =>
                export.Contains("fraud_predictions", StringComparison.Ordinal) && export.Contains("fraud-detection", StringComparison.Ordinal)
                && export.Contains("dotnet.gc.collections", StringComparison.Ordinal)));
            Assert.Empty(collector.Requests);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
