namespace Fraud.Stream.Shards;

/// <summary>The ownership after an input, and what to do.</summary>
public readonly record struct ShardTransition(ShardOwnership Next, IReadOnlyList<ShardEffect> Effects);

/// <summary>
/// The life of one shard on one node: closed → claiming → recovering → open → draining → released, with waiting and fenced between.
/// A pure function from (ownership, input) to (ownership, effects): no I/O, no clock, no threads. The actor around it only carries
/// messages in and effects out.
/// </summary>
/// <remarks>
/// Replies and timers name the attempt, markers and fences the generation that they belong to; what belongs to an older one is ignored. So
/// they may come late, twice or never, as long as timers fire.
/// Rules 1, 3, 7, 8, 18 and 20 of docs/decisions/0011.
/// </remarks>
public sealed record ShardOwnership
{
    private static readonly ShardEffect[] Nothing = [];

    private readonly ShardTimes _times;

    // A shard that is to leave while its claim is at the store waits for the outcome, so that it is given back.
    private bool IsLeaving { get; init; }

    private bool IsWanted { get; init; }

    private bool IsGraphRunning { get; init; }

    private bool IsSnapshotOnItsWay { get; init; }

    private int Failures { get; init; }

    private ShardOwnership(int shard, ShardTimes times)
    {
        _times = times;
        Claimed = ShardHead.New(shard);
    }

    public int Shard => Claimed.Shard;

    public ShardPhase Phase { get; private init; }

    /// <summary>Counts claims, releases and timers, so that each has a number of its own.</summary>
    public long Attempt { get; private init; }

    /// <summary>The head as the last claim returned it.</summary>
    public ShardHead Claimed { get; private init; }

    public bool TakesPayments => Phase == ShardPhase.Open;

    public static ShardOwnership New(int shard, ShardTimes times) => new(shard, times);

    public ShardTransition On(ShardInput input) => (input, Phase) switch
    {
        (ShardInput.Start, ShardPhase.Closed) => Claim(this with { IsWanted = true }),
        (ShardInput.GraphStarted, ShardPhase.Closed) => Claim(this with { IsGraphRunning = true }),
        (ShardInput.GraphStarted, _) => Stay(this with { IsGraphRunning = true }),
        (ShardInput.GraphEnded, _) => GraphEnded(this with { IsGraphRunning = false }),
        (ShardInput.Claimed reply, ShardPhase.Claiming) when reply.Attempt == Attempt => OnClaimed(reply.Head),
        (ShardInput.ClaimRefused reply, ShardPhase.Claiming) when reply.Attempt == Attempt => Ended(new ShardEffect.ExitProcess()),
        (ShardInput.ClaimFailed reply, ShardPhase.Claiming) when reply.Attempt == Attempt => Failed(),
        (ShardInput.Recovered done, ShardPhase.Recovering) when IsOf(done.Generation) => Opened(),
        (ShardInput.RecoveryFailed failed, ShardPhase.Recovering) when IsOf(failed.Generation) => Failed(),
        (ShardInput.Fenced fenced, ShardPhase.Open) when IsOf(fenced.Generation) => Fenced(),
        (ShardInput.Fenced fenced, ShardPhase.Draining) when IsOf(fenced.Generation) =>
            Ended(new ShardEffect.DropLane(fenced.Generation)),
        (ShardInput.SnapshotDue, ShardPhase.Open) when !IsSnapshotOnItsWay => Snapshot(),
        (ShardInput.MarkerDone { Kind: MarkerKind.Snapshot } done, _) when IsOf(done.Generation) =>
            Stay(this with { IsSnapshotOnItsWay = false }),
        (ShardInput.MarkerDone { Kind: MarkerKind.HandOver } done, ShardPhase.Draining) when IsOf(done.Generation) => Release(this),
        (ShardInput.ReleaseEnded reply, ShardPhase.Releasing) when reply.Attempt == Attempt => Ended(),
        (ShardInput.Stop, _) => Stop(),
        (ShardInput.TimerFired timer, _) when timer.Attempt == Attempt => OnTimer(),
        _ => Stay(this),
    };

    private static ShardTransition Stay(ShardOwnership next) => new(next, Nothing);

    private bool IsOf(long generation) => generation == Claimed.Generation;

    /// <summary>Claims if the shard is wanted and there is a graph to serve it; closed until then.</summary>
    private static ShardTransition Claim(ShardOwnership current)
    {
        if (!current.IsWanted || !current.IsGraphRunning)
        {
            return Stay(current with { Phase = ShardPhase.Closed });
        }

        var next = current with { Phase = ShardPhase.Claiming, Attempt = current.Attempt + 1, IsSnapshotOnItsWay = false };
        return new(next, [new ShardEffect.Claim(next.Attempt), new ShardEffect.SetTimer(next.Attempt, current._times.ReplyLimit)]);
    }

    private ShardTransition OnClaimed(ShardHead head)
    {
        var next = this with { Claimed = head, Phase = ShardPhase.Recovering };
        if (IsLeaving)
        {
            return Release(next);
        }

        return IsGraphRunning ? new(next, [new ShardEffect.CancelTimer(), new ShardEffect.Recover(head)]) : Claim(next);
    }

    private ShardTransition Opened() => new(
        this with { Phase = ShardPhase.Open, Failures = 0 },
        [new ShardEffect.OpenLane(Claimed), new ShardEffect.AssignKafka(Claimed.Generation, Claimed.NextOffset)]);

    private ShardTransition Failed() =>
        IsLeaving ? Ended() : Wait(this with { Phase = ShardPhase.Waiting, Failures = Failures + 1 }, RetryPause());

    private TimeSpan RetryPause()
    {
        var pause = _times.RetryPause * Math.Pow(2, Math.Min(Failures, 16));
        return pause < _times.MaxRetryPause ? pause : _times.MaxRetryPause;
    }

    private static ShardTransition Wait(ShardOwnership current, TimeSpan pause, params ReadOnlySpan<ShardEffect> before)
    {
        var next = current with { Attempt = current.Attempt + 1 };
        return new(next, [.. before, new ShardEffect.SetTimer(next.Attempt, pause)]);
    }

    private ShardTransition Fenced() => Wait(
        this with { Phase = ShardPhase.Fenced },
        _times.FencedPause,
        new ShardEffect.UnassignKafka(),
        new ShardEffect.DropLane(Claimed.Generation));

    private ShardTransition Snapshot() => new(
        this with { IsSnapshotOnItsWay = true }, [new ShardEffect.SendMarker(MarkerKind.Snapshot, Claimed.Generation)]);

    /// <summary>
    /// The state was in the graph and is gone with it. A shard that is open claims again once there is another graph, without the
    /// pause of a fenced one: a commit of the old instance may still be on its way, and the new generation shuts it out.
    /// </summary>
    private static ShardTransition GraphEnded(ShardOwnership next) => next.Phase switch
    {
        ShardPhase.Open => new(
            next with { Phase = ShardPhase.Closed }, [new ShardEffect.UnassignKafka(), new ShardEffect.DropLane(next.Claimed.Generation)]),
        ShardPhase.Recovering => Stay(next with { Phase = ShardPhase.Closed }),
        ShardPhase.Draining => Release(next, new ShardEffect.DropLane(next.Claimed.Generation)),
        _ => Stay(next),
    };

    private ShardTransition Stop() => Phase switch
    {
        ShardPhase.Open => Wait(
            this with { Phase = ShardPhase.Draining },
            _times.DrainLimit,
            new ShardEffect.CloseIntake(Claimed.Generation),
            new ShardEffect.UnassignKafka(),
            new ShardEffect.SendMarker(MarkerKind.HandOver, Claimed.Generation)),
        ShardPhase.Recovering => Release(this),
        ShardPhase.Claiming => Stay(this with { IsLeaving = true }),
        ShardPhase.Draining or ShardPhase.Releasing or ShardPhase.Released => Stay(this),
        _ => Ended(),
    };

    private static ShardTransition Release(ShardOwnership current, params ReadOnlySpan<ShardEffect> before)
    {
        var next = current with { Phase = ShardPhase.Releasing, Attempt = current.Attempt + 1 };
        return new(next, [
            .. before,
            new ShardEffect.Release(next.Attempt, next.Claimed.Generation),
            new ShardEffect.SetTimer(next.Attempt, current._times.ReplyLimit),
        ]);
    }

    private ShardTransition Ended(params ReadOnlySpan<ShardEffect> before) =>
        new(this with { Phase = ShardPhase.Released }, [.. before, new ShardEffect.CancelTimer(), new ShardEffect.End()]);

    private ShardTransition OnTimer() => Phase switch
    {
        ShardPhase.Claiming => Failed(),
        ShardPhase.Waiting or ShardPhase.Fenced => Claim(this),
        ShardPhase.Draining => Release(this, new ShardEffect.DropLane(Claimed.Generation)),
        ShardPhase.Releasing => Ended(),
        _ => Stay(this),
    };
}
