using System.Diagnostics.Metrics;
using Fraud.Stream.Ingest;
using Fraud.Stream.Telemetry;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Telemetry;

/// <summary>What has left this node leaves its metrics: an old lag would look like one that grows.</summary>
public sealed class EndedSeriesTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Scrape_ShardMovedAway_ShowsItsLagNoMoreUntilItIsBack()
    {
        var source = server.Services.GetRequiredService<SourceCounters>();
        await Until("fraud_shard_lag{shard=\"3\"}", isThere: true);

        source.Forget(3);

        var metrics = await Scrape();
        Assert.DoesNotContain("fraud_shard_lag{shard=\"3\"}", metrics, StringComparison.Ordinal);
        Assert.Contains("\nfraud_shard_lag{shard=\"2\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", metrics, StringComparison.Ordinal);

        source.Stored(3, 0);
        await Until("fraud_shard_lag{shard=\"3\"}", isThere: true);
    }

    [Fact]
    public async Task Scrape_LastSeriesEnded_LeavesNoSample()
    {
        var values = new List<Measurement<double>> { new(7, new KeyValuePair<string, object?>("which", "a")) };
        server.Services.GetRequiredService<StreamMetrics>().ObserveEach("fraud_test_ending", "For a test.", () => values);
        Assert.Contains("\nfraud_test_ending{which=\"a\"} 7\n", await Scrape(), StringComparison.Ordinal);

        values.Clear();

        Assert.DoesNotContain("fraud_test_ending{", await Scrape(), StringComparison.Ordinal);
        Assert.DoesNotContain("fraud_test_ending{", await Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_AnotherServerInTheProcess_ShowsNothingOfIt()
    {
        var other = new ServerFixture();
        await other.InitializeAsync();
        try
        {
            other.Services.GetRequiredService<StreamMetrics>().Observe("fraud_test_other", "For a test.", static () => 7);

            Assert.DoesNotContain("fraud_test_other", await Scrape(), StringComparison.Ordinal);
            Assert.Contains("\nfraud_test_other 7\n", await other.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    private Task<string> Scrape() => server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    private Task Until(string series, bool isThere) =>
        Poll.Until(async () => (await Scrape()).Contains(series, StringComparison.Ordinal) == isThere);
}
