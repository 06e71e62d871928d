using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Hosting;

namespace Fraud.Stream.Ingest;

/// <summary>
/// Where the partitions of the transactions topic end, of all shards and not only this node's, so that any node can
/// say how far a shard is behind. Asks once a second; one request to each broker. Thread-safe.
/// </summary>
/// <remarks>
/// What the consumer itself knows would not do: it learns ends by fetching, and a partition that waits for its lane,
/// the one that lags, is not fetched. A client that gets no answer for a while is replaced: it may have forgotten its brokers when all of
/// them were away (<see cref="BrokerSilence"/>).
/// </remarks>
public sealed class PartitionEnds(KafkaOptions options, KafkaEndpoint kafka, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Older ends would show a lag that shrinks while nobody reads.
    private static readonly TimeSpan LongestUse = TimeSpan.FromSeconds(5);

    private static readonly ListOffsetsOptions Request = new() { RequestTimeout = TimeSpan.FromSeconds(2) };

    private volatile Ends _ends = new(0, []);

    /// <summary>Offset that the next record gets, or null when no broker has said so lately.</summary>
    public long? EndOf(int partition)
    {
        var ends = _ends;
        return ends.Offsets.TryGetValue(partition, out var end) && time.GetElapsedTime(ends.At) <= LongestUse ? end : null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var all = Enumerable.Range(0, options.Partitions)
            .Select(partition => new TopicPartitionOffsetSpec
            {
                TopicPartition = new TopicPartition(options.TransactionsTopic, partition),
                OffsetSpec = OffsetSpec.Latest(),
            })
            .ToArray();
        while (!stoppingToken.IsCancellationRequested)
        {
            using var admin = Connect();
            var answered = time.GetTimestamp();
            while (!stoppingToken.IsCancellationRequested && time.GetElapsedTime(answered) < BrokerSilence.Longest)
            {
                if (await TryAsk(admin, all))
                {
                    answered = time.GetTimestamp();
                }

                await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private IAdminClient Connect() => new AdminClientBuilder(new AdminClientConfig(new Dictionary<string, string>(options.Client))
    {
        BootstrapServers = kafka.BootstrapServers,
    })
        // The consumer of the same brokers says what is wrong with them.
        .SetErrorHandler(static (_, _) => { })
        .SetLogHandler(static (_, _) => { })
        .Build();

    private async Task<bool> TryAsk(IAdminClient admin, IEnumerable<TopicPartitionOffsetSpec> all)
    {
        try
        {
            Keep((await admin.ListOffsetsAsync(all, Request)).ResultInfos);
            return true;
        }
        catch (ListOffsetsException partly)
        {
            Keep(partly.Result.ResultInfos);
            return partly.Result.ResultInfos.Exists(static result => !result.TopicPartitionOffsetError.Error.IsError);
        }
        catch (KafkaException)
        {
            // No broker answers: ends grow old and count as unknown.
            return false;
        }
    }

    private void Keep(IEnumerable<ListOffsetsResultInfo> results) => _ends = new Ends(
        time.GetTimestamp(),
        results.Select(static result => result.TopicPartitionOffsetError)
            .Where(static end => !end.Error.IsError)
            .ToDictionary(static end => end.Partition.Value, static end => end.Offset.Value));

    private sealed record Ends(long At, Dictionary<int, long> Offsets);
}
