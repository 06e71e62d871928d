using Fraud.Model.History;
using Fraud.Stream.Journal;

namespace Fraud.Stream.Shards;

/// <summary>What a <see cref="ShardWorker"/> is asked to do, and says of it. All of it stays in the process.</summary>
internal abstract record ShardWork
{
    private ShardWork()
    {
    }

    /// <summary>Reply: <see cref="ShardInput.Claimed"/>, <see cref="ShardInput.ClaimRefused"/> or <see cref="ShardInput.ClaimFailed"/>.</summary>
    public sealed record Claim(long Attempt) : ShardWork;

    /// <summary>Reply: <see cref="Recovered"/> or <see cref="ShardInput.RecoveryFailed"/>.</summary>
    public sealed record Recover(ShardHead Claimed, ShardHistories Histories, CancellationToken Cancellation) : ShardWork;

    public sealed record Recovered(OpenShard Shard, ShardHistories Histories) : ShardWork;

    /// <summary>Write what a marker picked up. Reply: <see cref="Saved"/>.</summary>
    public sealed record Save(ShardMarker Marker, int CardsInMemory) : ShardWork;

    public sealed record Saved(ShardMarker Marker) : ShardWork;

    /// <summary>Look for silent cards and, on one node, what else is done now and then. Reply: <see cref="Swept"/>.</summary>
    public sealed record Sweep(OpenShard Shard, ShardHistories Histories) : ShardWork;

    public sealed record Swept : ShardWork;

    /// <summary>Send these to the shard's lane: its rows found that they were counted twice.</summary>
    public sealed record TakeBack(OpenShard Shard, IReadOnlyList<PageRetraction> Retractions) : ShardWork;

    /// <summary>Reply: <see cref="ShardInput.ReleaseEnded"/>.</summary>
    public sealed record Release(long Attempt, long Generation) : ShardWork;
}

/// <summary>Histories of one instance of the graph, and how a shard comes into them.</summary>
public sealed record ShardHistories(Profile Profile, State.TerminalFeed Terminals, State.ShardRecovery Recovery);
