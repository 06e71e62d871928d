using Akka.Actor;

namespace Fraud.Stream.Shards;

/// <summary>
/// Tells a shard's history what happened, for the shard's actor, which calls it. Never waits: what the history has not stored is kept,
/// up to a bound, and told again when the history comes up.
/// </summary>
/// <param name="start">
/// Starts the history, which says <see cref="HistoryUp"/> and <see cref="EventStored"/>, or is away for ever. Called once, a moment
/// after the first event.
/// </param>
internal sealed class ShardReporter(int shard, ShardTimeline timeline, Func<IActorRef> start, TimeProvider time)
{
    // Measured: to load what writes events takes a new process 0.25 s of processor time, and its first answers come first.
    private static readonly TimeSpan StartDelay = TimeSpan.FromSeconds(1);

    // In order. Bounded: the oldest is given up.
    private readonly List<ShardEvent> _waiting = [];
    private long _since = time.GetTimestamp();
    private long _firstAt;
    private IActorRef? _history;
    private bool _isUp;

    /// <summary>
    /// The last event is on its way into a journal that has taken all others, so the shard's actor gives it a moment before it ends. A
    /// journal that is away gets none.
    /// </summary>
    public bool HasLastWord => _isUp && _waiting.Count == 1;

    /// <summary>The shard's ownership changed.</summary>
    /// <param name="cards">Cards that it has now.</param>
    public void Changed(ShardOwnership before, ShardInput input, ShardOwnership next, int cards)
    {
        var happened = ShardEvents.Of(
            before, input, next, time.GetUtcNow().ToUnixTimeMilliseconds(), timeline.Node, time.GetElapsedTime(_since), cards);
        if (ShardEvents.IsStart(before.Phase, next.Phase))
        {
            _since = time.GetTimestamp();
        }

        if (happened is not null)
        {
            timeline.Tell(happened);
            Add(happened);
        }
    }

    /// <summary>Called now and then: starts the history when it is time.</summary>
    public void Look()
    {
        if (_history is null && _waiting.Count > 0 && time.GetElapsedTime(_firstAt) >= StartDelay)
        {
            _history = start();
        }
    }

    /// <summary>The history is there, or again: all that it did not confirm is told, and what it knows it passes over.</summary>
    public void Up()
    {
        _isUp = true;
        _waiting.ForEach(happened => _history.Tell(happened));
    }

    public void Stored(ShardEvent happened)
    {
        _waiting.Remove(happened);
        Publish();
    }

    public void End() => timeline.Leave(shard);

    private void Add(ShardEvent happened)
    {
        _waiting.Add(happened);
        _firstAt = _firstAt == 0 ? time.GetTimestamp() : _firstAt;
        if (_waiting.Count > timeline.Kept)
        {
            _waiting.RemoveAt(0);
            timeline.GaveUp();
        }

        Publish();
        if (_isUp)
        {
            _history.Tell(happened);
        }
    }

    private void Publish() => timeline.Waits(shard, [.. _waiting]);
}

/// <summary>Event: a shard's history has recovered and takes events.</summary>
internal sealed class HistoryUp
{
    public static readonly HistoryUp Instance = new();

    private HistoryUp()
    {
    }
}

/// <summary>Reply to an event: it is in the journal.</summary>
internal sealed record EventStored(ShardEvent Event);
