using Fraud.Stream;
using Fraud.Stream.Ingest;
using Fraud.Stream.Kafka;
using Fraud.Stream.Lifecycle;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>The number of partitions against the topic's (rule 28 of docs/decisions/0011).</summary>
public sealed class PartitionCountTests : IDisposable
{
    private readonly Topics _topics = new(partitions: 3);
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLog _log = new();

    [Fact]
    public async Task Problem_NumberAsConfigured_IsNone()
    {
        using var count = Count(partitions: 3);
        await count.StartAsync(default);

        await Poll.Until(() => count.Found == 3);

        Assert.Null(count.Problem);
        await count.StopAsync(default);
    }

    [Fact]
    public async Task Problem_OtherNumber_IsSaidOnceAndAskedAgainEveryMinute()
    {
        using var count = Count(partitions: 6);
        _topics.Broker.StopBroker();
        await count.StartAsync(default);
        Assert.Null(count.Problem);
        _topics.Broker.StartBroker();

        await Poll.Until(() =>
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            return count.Found == 3;
        });

        Assert.Contains("transactions has 3 partitions, Kafka:Partitions is 6", count.Problem, StringComparison.Ordinal);
        Assert.Single(_log.Of(241));
        await count.StopAsync(default);
    }

    [Fact]
    public async Task KafkaCheck_OtherNumber_IsNotReady()
    {
        using var count = Count(partitions: 6);
        var check = new KafkaCheck(new SourceCounters { State = SourceState.Running }, count);
        Assert.Equal(HealthStatus.Healthy, (await Check()).Status);
        await count.StartAsync(default);

        await Poll.Until(() => count.Found == 3);

        var result = await Check();
        Assert.Equal((HealthStatus.Unhealthy, count.Problem), (result.Status, result.Description));
        await count.StopAsync(default);

        Task<HealthCheckResult> Check() => check.CheckHealthAsync(
            new HealthCheckContext { Registration = new HealthCheckRegistration("kafka", check, HealthStatus.Unhealthy, []) });
    }

    public void Dispose() => _topics.Dispose();

    private PartitionCount Count(int partitions)
    {
        var options = new KafkaOptions { Partitions = partitions, BootstrapServers = _topics.Address };
        var logs = new LoggerFactory([_log]);
        var endpoint = new KafkaEndpoint(options, NullLogger<KafkaEndpoint>.Instance);
        return new PartitionCount(options, endpoint, _time, logs.CreateLogger<PartitionCount>());
    }
}
