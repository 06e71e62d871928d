using Confluent.Kafka;
using Fraud.Faults.Cluster;
using Fraud.Stream.Embedded;

namespace Fraud.Faults.Scenarios;

/// <summary>What Kafka does to its clients.</summary>
public static class BrokerFaults
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(400);

    public static Fault Restart { get; } = new("broker-restart", "all brokers away for 5 s", static async (run, cancellation) =>
    {
        run.Cluster.Broker.StopBroker();
        await Task.Delay(Outage, cancellation);
        run.Cluster.Broker.StartBroker();
        await run.Recovered(cancellation);
    });

    public static Fault LeaderChange { get; } = new(
        "leader-change", "every partition gets another leader, five times; the old leader goes away for 2 s", static async (run, cancellation) =>
        {
            for (var round = 0; round < 5; round++)
            {
                var away = 1 + run.Random.Next(FraudCluster.BrokerCount);
                for (var partition = 0; partition < FraudCluster.Partitions; partition++)
                {
                    run.Cluster.Broker.SetLeader(FraudCluster.TransactionsTopic, partition, Other(run.Random, away));
                }

                foreach (var topic in (string[])[FraudCluster.LabelsTopic, FraudCluster.AlertsTopic, FraudCluster.DeadLetterTopic])
                {
                    run.Cluster.Broker.SetLeader(topic, 0, Other(run.Random, away));
                }

                if (round == 2)
                {
                    run.Cluster.Broker.StopBroker(away);
                    await Task.Delay(TimeSpan.FromSeconds(2), cancellation);
                    run.Cluster.Broker.StartBroker(away);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(300), cancellation);
            }

            await run.Recovered(cancellation);
        });

    public static Fault CoordinatorLoss { get; } = new(
        "coordinator-loss", "the coordinator of the group that lag tools look at goes away for 3 s and another broker takes its place, three times", static async (run, cancellation) =>
        {
            for (var round = 0; round < FraudCluster.BrokerCount; round++)
            {
                var old = round + 1;
                var next = (old % FraudCluster.BrokerCount) + 1;
                run.Cluster.Broker.SetGroupCoordinator(FraudCluster.GroupId, old);
                await Task.Delay(TimeSpan.FromMilliseconds(500), cancellation);
                run.Cluster.Broker.StopBroker(old);
                run.Cluster.Broker.SetGroupCoordinator(FraudCluster.GroupId, next);
                await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
                run.Cluster.Broker.StartBroker(old);
            }

            await run.Recovered(cancellation);
        });

    public static Fault RequestErrors { get; } = new(
        "request-errors", "fetches, commits of offsets and produces refused or their connections dropped", static async (run, cancellation) =>
        {
            var broker = run.Cluster.Broker;
            for (var round = 0; round < 5; round++)
            {
                broker.FailRequests(KafkaRequest.Fetch, ErrorCode.NotLeaderForPartition, ErrorCode.Local_Transport, ErrorCode.UnknownTopicOrPart, ErrorCode.Local_Transport);
                broker.FailRequests(KafkaRequest.OffsetCommit, ErrorCode.IllegalGeneration, ErrorCode.Local_Transport);
                broker.FailRequests(KafkaRequest.Produce, ErrorCode.NotEnoughReplicas, ErrorCode.RequestTimedOut, ErrorCode.Local_Transport);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            }

            foreach (var request in (KafkaRequest[])[KafkaRequest.Fetch, KafkaRequest.OffsetCommit, KafkaRequest.Produce])
            {
                broker.ClearFailures(request);
            }

            await run.Recovered(cancellation);
        });

    public static Fault Slow { get; } = new("slow-broker", "every answer of the brokers 400 ms late for 5 s", static async (run, cancellation) =>
    {
        run.Cluster.Broker.SetRoundTripTime(Delay);
        await Task.Delay(Outage, cancellation);
        run.Cluster.Broker.SetRoundTripTime(TimeSpan.Zero);
        await run.Recovered(cancellation);
    });

    private static int Other(Random random, int broker) =>
        ((broker + random.Next(FraudCluster.BrokerCount - 1)) % FraudCluster.BrokerCount) + 1;
}
