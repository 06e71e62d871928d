using Confluent.Kafka;
using Fraud.Stream.Kafka;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Kafka.PartitionsProbe;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>A broker's log that does not have what the store wants next (rule 28 of docs/decisions/0011).</summary>
public sealed class PartitionGapTests() : EmbeddedPartitions("partitiongap")
{
    [Fact]
    public async Task Log_ShorterThanTheLag_CountsExactlyWhatIsGoneAndGoesOn()
    {
        Feed(0, 30);
        Broker.DropRecords(Topic, 0, beforeOffset: 25);
        await using var host = Host();
        var probe = host.Probe(this, Materializer);

        await host.Assign(0, offset: 10);

        Assert.Equal(Range(25, 5), (await probe.Take(5)).Offsets());
        Assert.Equal(15, host.Counters.RecordsMissing);
        Assert.Contains("expected offset 10, the broker's log starts at 25", Assert.Single(host.Log.Of(232)), StringComparison.Ordinal);
        Assert.Empty(host.Log.Of(234));
    }

    [Fact]
    public async Task Log_CutWhileItsPartitionIsPaused_CountsWhatIsGoneOnce()
    {
        Feed(0, 1_000);
        await using var host = Host();
        var probe = host.Probe(this, Materializer);
        await host.Assign(0);
        await Poll.Until(() => host.Counters.PausedPartitions == 1);
        var read = host.Counters.RecordsRead;
        Broker.DropRecords(Topic, 0, beforeOffset: 900);

        var batches = await probe.Take((int)read + 100);

        Assert.Equal(Range(0, (int)read).Concat(Range(900, 100)), batches.Offsets());
        Assert.Equal(900 - read, host.Counters.RecordsMissing);
    }

    [Fact]
    public async Task Log_EndsBeforeTheStoredOffset_IsReadFromItsStartAndSaidNotCounted()
    {
        Feed(0, 5);
        await using var host = Host();
        var probe = host.Probe(this, Materializer);

        await host.Assign(0, offset: 1_000);

        Assert.Equal(Range(0, 5), (await probe.Take(5)).Offsets());
        Assert.Equal(0, host.Counters.RecordsMissing);
        Assert.Single(host.Log.Of(233));
    }

    [Fact]
    public async Task Log_StartsLaterAndNothingWasStored_IsNoGap()
    {
        Feed(0, 30);
        Broker.DropRecords(Topic, 0, beforeOffset: 25);
        await using var host = Host();
        var probe = host.Probe(this, Materializer);

        await host.Assign(0, KafkaPartitions.LogStart);

        Assert.Equal(Range(25, 5), (await probe.Take(5)).Offsets());
        Assert.Equal(0, host.Counters.RecordsMissing);
    }

    [Fact]
    public async Task Log_TransactionsOfAProducer_HolesAreNoGaps()
    {
        using (var producer = new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = Broker.BootstrapServers,
            TransactionalId = "payments",
        }).Build())
        {
            producer.InitTransactions(Topics.Deadline);
            for (var transaction = 0; transaction < 5; transaction++)
            {
                producer.BeginTransaction();
                for (var i = 0; i < 10; i++)
                {
                    producer.Produce(
                        new TopicPartition(Topic, 0),
                        new Message<string, string> { Key = "c", Value = Topics.Payment($"t-{transaction}-{i}", "c") });
                }

                producer.CommitTransaction(Topics.Deadline);
            }
        }

        await using var host = Host();
        var probe = host.Probe(this, Materializer);
        await host.Assign(0);

        var batches = await probe.Take(50);
        Assert.Equal(50, batches.SelectMany(static batch => batch.Payments).Select(static payment => payment.Id).Distinct().Count());
        Assert.Equal(0, host.Counters.RecordsMissing);
    }
}
