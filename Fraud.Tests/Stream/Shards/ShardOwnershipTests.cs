using Fraud.Stream.Shards;

namespace Fraud.Tests.Stream.Shards;

/// <summary>The life of a shard on a node, step by step (rules 1, 7, 8 and 18 of docs/decisions/0011).</summary>
public sealed class ShardOwnershipTests
{
    private const int Shard = 3;

    private ShardOwnership _ownership = ShardOwnership.New(Shard, ShardTimes.Default);

    [Fact]
    public void Start_WithoutAGraph_WaitsForIt()
    {
        Assert.Empty(Tell(new ShardInput.Start()));
        Assert.Equal(ShardPhase.Closed, _ownership.Phase);

        Assert.Contains(new ShardEffect.Claim(1), Tell(new ShardInput.GraphStarted()));
        Assert.Equal(ShardPhase.Claiming, _ownership.Phase);
    }

    [Fact]
    public void Claimed_Head_IsRecoveredThenOpenedAtItsOffset()
    {
        var head = Claim();

        Assert.Contains(new ShardEffect.Recover(head), Tell(new ShardInput.Claimed(_ownership.Attempt, head)));
        Assert.False(_ownership.TakesPayments);

        Assert.Equal(
            [new ShardEffect.OpenLane(head), new ShardEffect.AssignKafka(head.Generation, head.NextOffset)],
            Tell(new ShardInput.Recovered(head.Generation)));
        Assert.True(_ownership.TakesPayments);
    }

    [Fact]
    public void ClaimFailed_Repeatedly_WaitsLongerUpToALimit()
    {
        Claim();
        List<TimeSpan> pauses = [];
        for (var i = 0; i < 8; i++)
        {
            var timer = Assert.IsType<ShardEffect.SetTimer>(Assert.Single(Tell(new ShardInput.ClaimFailed(_ownership.Attempt))));
            pauses.Add(timer.After);
            Assert.Contains(Tell(new ShardInput.TimerFired(timer.Attempt)), static effect => effect is ShardEffect.Claim);
        }

        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal(ShardTimes.Default.RetryPause, pauses[0]);
        Assert.Equal(ShardTimes.Default.MaxRetryPause, pauses[^1]);
    }

    [Fact]
    public void Claimed_OfAnEarlierAttempt_IsIgnored()
    {
        var head = Claim();
        var first = _ownership.Attempt;
        Tell(new ShardInput.ClaimFailed(first));
        Tell(new ShardInput.TimerFired(_ownership.Attempt));

        Assert.Empty(Tell(new ShardInput.Claimed(first, head)));
        Assert.Equal(ShardPhase.Claiming, _ownership.Phase);
    }

    [Fact]
    public void ClaimRefused_RemovedProcess_Exits()
    {
        Claim();

        Assert.Contains(new ShardEffect.ExitProcess(), Tell(new ShardInput.ClaimRefused(_ownership.Attempt)));
        Assert.Equal(ShardPhase.Released, _ownership.Phase);
    }

    [Fact]
    public void RecoveryFailed_PageMissing_ClaimsAgain()
    {
        var head = Claim();
        Tell(new ShardInput.Claimed(_ownership.Attempt, head));

        Tell(new ShardInput.RecoveryFailed(head.Generation));

        Assert.Contains(Tell(new ShardInput.TimerFired(_ownership.Attempt)), static effect => effect is ShardEffect.Claim);
    }

    [Fact]
    public void Fenced_OpenShard_DropsAllAndClaimsTenSecondsLater()
    {
        var head = Open();

        var effects = Tell(new ShardInput.Fenced(head.Generation));

        Assert.Equal(
            [
                new ShardEffect.UnassignKafka(),
                new ShardEffect.DropLane(head.Generation),
                new ShardEffect.SetTimer(_ownership.Attempt, TimeSpan.FromSeconds(10)),
            ],
            effects);
        Assert.False(_ownership.TakesPayments);
        Assert.Contains(Tell(new ShardInput.TimerFired(_ownership.Attempt)), static effect => effect is ShardEffect.Claim);
    }

    [Fact]
    public void Fenced_ThenAnotherGraph_StillWaits()
    {
        var head = Open();
        Tell(new ShardInput.Fenced(head.Generation));

        Assert.Empty(Tell(new ShardInput.GraphEnded()));
        Assert.Empty(Tell(new ShardInput.GraphStarted()));

        Assert.Equal(ShardPhase.Fenced, _ownership.Phase);
    }

    [Fact]
    public void Fenced_OfAnEarlierGeneration_IsIgnored()
    {
        var head = Open();

        Assert.Empty(Tell(new ShardInput.Fenced(head.Generation - 1)));
        Assert.True(_ownership.TakesPayments);
    }

    [Fact]
    public void SnapshotDue_WhileOneIsOnItsWay_SendsNoOther()
    {
        var head = Open();
        ShardEffect marker = new ShardEffect.SendMarker(MarkerKind.Snapshot, head.Generation);

        Assert.Equal([marker], Tell(new ShardInput.SnapshotDue()));
        Assert.Empty(Tell(new ShardInput.SnapshotDue()));
        Tell(new ShardInput.MarkerDone(MarkerKind.Snapshot, head.Generation));
        Assert.Equal([marker], Tell(new ShardInput.SnapshotDue()));
    }

    [Fact]
    public void Stop_OpenShard_DrainsBehindAMarkerThenReleases()
    {
        var head = Open();

        Assert.Equal(
            [
                new ShardEffect.CloseIntake(head.Generation),
                new ShardEffect.UnassignKafka(),
                new ShardEffect.SendMarker(MarkerKind.HandOver, head.Generation),
                new ShardEffect.SetTimer(_ownership.Attempt + 1, ShardTimes.Default.DrainLimit),
            ],
            Tell(new ShardInput.Stop()));
        Assert.False(_ownership.TakesPayments);

        var release = Assert.IsType<ShardEffect.Release>(Tell(new ShardInput.MarkerDone(MarkerKind.HandOver, head.Generation))[0]);
        Assert.Equal(head.Generation, release.Generation);
        Assert.Contains(new ShardEffect.End(), Tell(new ShardInput.ReleaseEnded(release.Attempt)));
    }

    [Fact]
    public void Stop_DrainThatTakesTooLong_ReleasesAllTheSame()
    {
        var head = Open();
        Tell(new ShardInput.Stop());

        var effects = Tell(new ShardInput.TimerFired(_ownership.Attempt));

        Assert.Contains(new ShardEffect.DropLane(head.Generation), effects);
        Assert.Contains(effects, static effect => effect is ShardEffect.Release);
        Assert.Contains(new ShardEffect.End(), Tell(new ShardInput.TimerFired(_ownership.Attempt)));
    }

    [Fact]
    public void Stop_WhileTheClaimIsAtTheStore_GivesBackWhatItBrings()
    {
        var head = Claim();

        Assert.Empty(Tell(new ShardInput.Stop()));
        var effects = Tell(new ShardInput.Claimed(_ownership.Attempt, head));

        Assert.Equal(new ShardEffect.Release(_ownership.Attempt, head.Generation), effects[0]);
    }

    [Fact]
    public void Stop_FencedWhileDraining_EndsWithoutRelease()
    {
        var head = Open();
        Tell(new ShardInput.Stop());

        var effects = Tell(new ShardInput.Fenced(head.Generation));

        Assert.DoesNotContain(effects, static effect => effect is ShardEffect.Release);
        Assert.Contains(new ShardEffect.End(), effects);
    }

    [Theory]
    [InlineData(ShardPhase.Closed)]
    [InlineData(ShardPhase.Waiting)]
    [InlineData(ShardPhase.Fenced)]
    public void Stop_ShardThatHoldsNothing_EndsAtOnce(ShardPhase phase)
    {
        switch (phase)
        {
            case ShardPhase.Waiting:
                Claim();
                Tell(new ShardInput.ClaimFailed(_ownership.Attempt));
                break;
            case ShardPhase.Fenced:
                Tell(new ShardInput.Fenced(Open().Generation));
                break;
        }

        Assert.Equal(phase, _ownership.Phase);
        Assert.Contains(new ShardEffect.End(), Tell(new ShardInput.Stop()));
        Assert.Empty(Tell(new ShardInput.Start()));
    }

    [Fact]
    public void GraphEnded_OpenShard_ClaimsAnewWithTheNextGraph()
    {
        var head = Open();

        Assert.Equal([new ShardEffect.UnassignKafka(), new ShardEffect.DropLane(head.Generation)], Tell(new ShardInput.GraphEnded()));
        Assert.Equal(ShardPhase.Closed, _ownership.Phase);

        Assert.Contains(Tell(new ShardInput.GraphStarted()), static effect => effect is ShardEffect.Claim);
    }

    [Fact]
    public void GraphEnded_DuringRecovery_IgnoresWhatWasRecovered()
    {
        var head = Claim();
        Tell(new ShardInput.Claimed(_ownership.Attempt, head));
        Tell(new ShardInput.GraphEnded());

        Assert.Empty(Tell(new ShardInput.Recovered(head.Generation)));
        Assert.False(_ownership.TakesPayments);
    }

    [Fact]
    public void GraphEnded_DrainingShard_ReleasesBecauseNothingIsLeftToDrain()
    {
        var head = Open();
        Tell(new ShardInput.Stop());

        var effects = Tell(new ShardInput.GraphEnded());

        Assert.Equal(new ShardEffect.DropLane(head.Generation), effects[0]);
        Assert.IsType<ShardEffect.Release>(effects[1]);
    }

    private ShardHead Claim()
    {
        Tell(new ShardInput.GraphStarted());
        Tell(new ShardInput.Start());
        return ShardHead.New(Shard) with { Generation = 5, Sequence = 9, NextOffset = 40, SnapshotSequence = 6 };
    }

    private ShardHead Open()
    {
        var head = Claim();
        Tell(new ShardInput.Claimed(_ownership.Attempt, head));
        Tell(new ShardInput.Recovered(head.Generation));
        return head;
    }

    private IReadOnlyList<ShardEffect> Tell(ShardInput input)
    {
        var (next, effects) = _ownership.On(input);
        _ownership = next;
        return effects;
    }
}
