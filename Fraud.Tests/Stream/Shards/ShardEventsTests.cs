using Fraud.Stream.Shards;

namespace Fraud.Tests.Stream.Shards;

/// <summary>Which steps in a shard's life are events of its history.</summary>
public sealed class ShardEventsTests
{
    private static readonly TimeSpan Took = TimeSpan.FromSeconds(2);

    private readonly List<ShardEvent> _events = [];
    private ShardOwnership _ownership = ShardOwnership.New(0, ShardTimes.Default);

    [Fact]
    public void Of_ClaimedRecoveredDrained_IsClaimedThenReleased()
    {
        Open();
        Tell(new ShardInput.SnapshotDue());
        Tell(new ShardInput.MarkerDone(MarkerKind.Snapshot, 1));
        Tell(new ShardInput.Stop());
        Tell(new ShardInput.MarkerDone(MarkerKind.HandOver, 1));
        Tell(new ShardInput.ReleaseEnded(_ownership.Attempt));

        Assert.Equal([new ShardClaimed(1, 1, "node", Took, 7), new ShardReleased(1, 1, "node", ReleaseReason.Drained, Took)], _events);
    }

    [Fact]
    public void Of_DrainTakesTooLong_IsReleasedForThat()
    {
        Open();
        Tell(new ShardInput.Stop());
        Tell(new ShardInput.TimerFired(_ownership.Attempt));

        Assert.Equal(new ShardReleased(1, 1, "node", ReleaseReason.DrainLimit, Took), _events[^1]);
    }

    [Fact]
    public void Of_GraphEndsWhileItDrains_IsReleasedForThat()
    {
        Open();
        Tell(new ShardInput.Stop());
        Tell(new ShardInput.GraphEnded());

        Assert.Equal(new ShardReleased(1, 1, "node", ReleaseReason.GraphEnded, Took), _events[^1]);
    }

    [Fact]
    public void Of_StopBeforeItOpened_IsReleasedAndNothingElse()
    {
        Begin();
        Tell(new ShardInput.Claimed(_ownership.Attempt, Head(1)));
        Tell(new ShardInput.Stop());

        Assert.Equal([new ShardReleased(1, 1, "node", ReleaseReason.NeverOpened, Took)], _events);
    }

    [Fact]
    public void Of_Overtaken_OpenOrDraining_SaysSo()
    {
        Open();
        Tell(new ShardInput.Fenced(1));
        Tell(new ShardInput.TimerFired(_ownership.Attempt));
        Tell(new ShardInput.Claimed(_ownership.Attempt, Head(3)));
        Tell(new ShardInput.Recovered(3));
        Tell(new ShardInput.Stop());
        Tell(new ShardInput.Fenced(3));

        Assert.Equal(
            [
                new ShardClaimed(1, 1, "node", Took, 7), new ShardOvertaken(1, 1, "node", Took),
                new ShardClaimed(1, 3, "node", Took, 7), new ShardOvertaken(1, 3, "node", Took),
            ],
            _events);
    }

    [Fact]
    public void Of_GraphEndsAndAnotherStarts_IsDroppedThenClaimedAgain()
    {
        Open();
        Tell(new ShardInput.GraphEnded());
        Tell(new ShardInput.GraphStarted());
        Tell(new ShardInput.Claimed(_ownership.Attempt, Head(2)));
        Tell(new ShardInput.Recovered(2));

        Assert.Equal([typeof(ShardClaimed), typeof(ShardDropped), typeof(ShardClaimed)], _events.Select(static happened => happened.GetType()));
        Assert.Equal([1L, 1L, 2L], _events.Select(static happened => happened.Generation));
    }

    [Theory]
    [InlineData(ShardPhase.Closed, ShardPhase.Claiming, true)]
    [InlineData(ShardPhase.Fenced, ShardPhase.Claiming, true)]
    [InlineData(ShardPhase.Waiting, ShardPhase.Claiming, false)]
    [InlineData(ShardPhase.Claiming, ShardPhase.Recovering, false)]
    [InlineData(ShardPhase.Recovering, ShardPhase.Open, true)]
    [InlineData(ShardPhase.Open, ShardPhase.Open, false)]
    [InlineData(ShardPhase.Open, ShardPhase.Draining, true)]
    [InlineData(ShardPhase.Draining, ShardPhase.Releasing, false)]
    public void IsStart_Change_BeginsWhatTheNextEventTellsOf(ShardPhase before, ShardPhase next, bool isStart) =>
        Assert.Equal(isStart, ShardEvents.IsStart(before, next));

    private static ShardHead Head(long generation) => ShardHead.New(0) with { Generation = generation, Owner = "node" };

    private void Begin()
    {
        Tell(new ShardInput.Start());
        Tell(new ShardInput.GraphStarted());
    }

    private void Open()
    {
        Begin();
        Tell(new ShardInput.Claimed(_ownership.Attempt, Head(1)));
        Tell(new ShardInput.Recovered(1));
    }

    private void Tell(ShardInput input)
    {
        var next = _ownership.On(input).Next;
        if (ShardEvents.Of(_ownership, input, next, atMs: 1, "node", Took, cards: 7) is { } happened)
        {
            _events.Add(happened);
        }

        _ownership = next;
    }
}
