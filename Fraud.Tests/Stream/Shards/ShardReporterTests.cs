using Akka.Actor;
using Akka.TestKit.Xunit2;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Shards;

/// <summary>What a shard's actor tells its history, and keeps for it.</summary>
public sealed class ShardReporterTests() : TestKit("akka.loglevel = OFF")
{
    private const int Kept = 4;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly ShardTimeline _timeline = new(1, new NodeIdentity("node", ""), new ClusterOptions { ShardHistory = Kept });
    private ShardOwnership _ownership = ShardOwnership.New(0, ShardTimes.Default);
    private int _starts;

    [Fact]
    public void Changed_ClaimAndRecovery_TellsHowLongTheyTookWithFailedAttempts()
    {
        var heard = new List<ShardEvent>();
        _timeline.Happened += heard.Add;
        var reporter = New();
        Tell(reporter, new ShardInput.Start());
        Tell(reporter, new ShardInput.GraphStarted());
        _time.Advance(TimeSpan.FromSeconds(1));
        Tell(reporter, new ShardInput.ClaimFailed(_ownership.Attempt));
        _time.Advance(TimeSpan.FromSeconds(2));
        Tell(reporter, new ShardInput.TimerFired(_ownership.Attempt));
        Claim(reporter, 1);
        Begin(reporter);
        reporter.Up();

        var claimed = ExpectMsg<ShardClaimed>();
        Assert.Equal((TimeSpan.FromSeconds(3), 7, 3_000L), (claimed.Took, claimed.Cards, claimed.AtMs));

        _time.Advance(TimeSpan.FromHours(1));
        Tell(reporter, new ShardInput.Stop());
        _time.Advance(TimeSpan.FromSeconds(4));
        Tell(reporter, new ShardInput.MarkerDone(MarkerKind.HandOver, 1));
        var released = ExpectMsg<ShardReleased>();
        Assert.Equal(TimeSpan.FromSeconds(4), released.Took);
        Assert.Equal([claimed, released], heard);
    }

    [Fact]
    public void Changed_HistoryAway_KeepsTheLastAndTellsThemWhenItComesUp()
    {
        var reporter = New();
        Tell(reporter, new ShardInput.Start());
        Tell(reporter, new ShardInput.GraphStarted());
        _time.Advance(TimeSpan.FromHours(1));
        reporter.Look();
        Claim(reporter, 1);
        reporter.Look();
        Assert.Equal(0, _starts);
        Begin(reporter);
        Assert.Equal(1, _starts);
        for (var generation = 2; generation <= 4; generation++)
        {
            Tell(reporter, new ShardInput.GraphEnded());
            Tell(reporter, new ShardInput.GraphStarted());
            Claim(reporter, generation);
        }

        Begin(reporter);
        ExpectNoMsg(TimeSpan.Zero);
        Assert.Equal((Kept, 3L, Kept), (_timeline.Waiting, _timeline.Lost, _timeline.Newest(10).Count));
        Assert.Equal(1, _starts);

        reporter.Up();

        Assert.Equal([2L, 3L, 3L, 4L], ReceiveN(Kept).Cast<ShardEvent>().Select(static happened => happened.Generation).Order());
        Assert.False(reporter.HasLastWord);
    }

    [Fact]
    public void Stored_AnEvent_WaitsNoMoreAndIsNotToldAgain()
    {
        var reporter = New();
        Tell(reporter, new ShardInput.Start());
        Tell(reporter, new ShardInput.GraphStarted());
        Claim(reporter, 1);
        Begin(reporter);
        reporter.Up();
        var claimed = ExpectMsg<ShardClaimed>();
        Assert.True(reporter.HasLastWord);

        reporter.Stored(claimed);
        reporter.Up();

        ExpectNoMsg(TimeSpan.Zero);
        Assert.Equal(0, _timeline.Waiting);
        Assert.False(reporter.HasLastWord);
    }

    [Fact]
    public void End_EventsWait_StayKnownOnThisNode()
    {
        var reporter = New();
        Tell(reporter, new ShardInput.Start());
        Tell(reporter, new ShardInput.GraphStarted());
        Claim(reporter, 1);

        reporter.End();

        Assert.Equal(0, _timeline.Waiting);
        Assert.Single(_timeline.Newest(10));
    }

    private ShardReporter New() => new(0, _timeline, Start, _time);

    private IActorRef Start()
    {
        _starts++;
        return TestActor;
    }

    private void Begin(ShardReporter reporter)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        reporter.Look();
    }

    private void Claim(ShardReporter reporter, long generation)
    {
        Tell(reporter, new ShardInput.Claimed(_ownership.Attempt, ShardHead.New(0) with { Generation = generation, Owner = "node" }));
        Tell(reporter, new ShardInput.Recovered(generation));
    }

    private void Tell(ShardReporter reporter, ShardInput input)
    {
        var next = _ownership.On(input).Next;
        reporter.Changed(_ownership, input, next, cards: 7);
        _ownership = next;
    }
}
