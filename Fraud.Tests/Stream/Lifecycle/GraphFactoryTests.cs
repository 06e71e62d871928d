using Akka.Actor;
using Fraud.Stream;
using Fraud.Stream.Batching;
using Fraud.Stream.FanOut;
using Fraud.Stream.Kafka;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Scoring;
using Fraud.Stream.State;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fraud.Tests.Stream.Lifecycle;

public sealed class GraphFactoryTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Topics _topics = new(partitions: 2);

    [Fact]
    public async Task Start_StagesCannotBeMade_EndsTheConsumerThatItStarted()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await new GraphHost(_topics, store).Start();
        var failing = new TopologyBuilder(
            host.Get<LaneStages>(), host.Get<ScoreFlows>(), host.Get<CommitStages>(), host.Get<SinkStages>(),
            static () => throw new InvalidOperationException("No stage can be made."), host.Get<BatchingOptions>());
        KafkaPartitions? consumer = null;
        var factory = new GraphFactory(
            host.Get<HistoriesLoader>(), failing, () => consumer = host.Get<Func<KafkaPartitions>>()(), host.Get<Func<TerminalFeed, TerminalFollower>>(),
            host.Get<OpenLanes>(), NullLogger<GraphActor>.Instance);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => factory.Start(host.Get<ActorSystem>(), TimeProvider.System, CancellationToken.None));

        Assert.True(consumer!.Completion.IsCompleted);
    }

    public void Dispose()
    {
        _topics.Dispose();
        _folder.Dispose();
    }
}
