using Fraud.Stream.Kafka;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Shards;
using Fraud.Stream.State;

namespace Fraud.Stream;

/// <summary>
/// One instance of the graph with its consumer and its histories, from its start to its end. They live and die together: what one
/// knows of payments, the others have to agree with (rule 18 of docs/decisions/0011).
/// </summary>
public sealed class RunningGraph : IShardGraph, IAsyncDisposable
{
    private readonly CancellationTokenSource _abort;
    private readonly RunningTopology _topology;
    private readonly StageThread _follower;

    /// <param name="topology">Runs.</param>
    /// <param name="follow">Keeps the terminals up to date until it is cancelled.</param>
    /// <param name="abort">Ends waits of the histories for the store; this instance's own.</param>
    public RunningGraph(
        RunningTopology topology, ShardHistories histories, KafkaPartitions kafka, Action<CancellationToken> follow, CancellationTokenSource abort)
    {
        _abort = abort;
        Histories = histories;
        Kafka = kafka;
        _topology = topology;
        var followed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _follower = StageThread.Start(
            "follower", () => follow(abort.Token), (_, error) => followed.TrySetException(new TopologyFailedException("Following other nodes failed.", error)));
        Ended = End(followed.Task);
    }

    public ShardHistories Histories { get; }

    public KafkaPartitions Kafka { get; }

    /// <summary>Completes when a part of it ended: in order, after <see cref="DrainAsync"/>; or else faulted. Then dispose of it.</summary>
    public Task Ended { get; }

    /// <summary>Payments over HTTP that wait for a lane.</summary>
    public int HttpWaiting => _topology.Waiting;

    public bool TrySend(ShardMarker marker) => _topology.TrySend(marker);

    /// <summary>Takes no more in, and finishes what is inside.</summary>
    public async Task DrainAsync()
    {
        await Kafka.StopAsync();
        _topology.StopIntake();
        await _topology.WhenEnded();
    }

    /// <summary>Ends what is left of it. Those who wait for a payment inside are told.</summary>
    public async ValueTask DisposeAsync()
    {
        await _abort.CancelAsync();
        await _topology.WhenEnded().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _topology.FailUnanswered(new OperationCanceledException("The graph stopped before it was done."));
        await Kafka.DisposeAsync();
        await _follower.Ended;
        _abort.Dispose();
    }

    private async Task End(Task followed)
    {
        var first = await Task.WhenAny(_topology.WhenEnded(), Kafka.Completion, followed);
        await first;
        // A source that stopped is drained by the graph, which ends then.
        await await Task.WhenAny(_topology.WhenEnded(), followed);
    }
}
