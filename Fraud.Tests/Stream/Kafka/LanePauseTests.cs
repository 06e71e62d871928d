using Fraud.Stream.Kafka;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>When partitions are paused and resumed: rarely, and never so that lanes with room wait long.</summary>
public sealed class LanePauseTests
{
    private static readonly TimeSpan PauseAfter = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _time = new();
    private readonly LanePause _pause;

    public LanePauseTests() => _pause = new LanePause(PauseAfter, _time);

    [Fact]
    public void Observe_NotFull_IsNeverPaused()
    {
        Assert.Null(Observe(held: 3, isFull: false));
        _time.Advance(PauseAfter * 10);

        Assert.Null(Observe(held: 3, isFull: false));
    }

    [Fact]
    public void Observe_FullAndStill_PausesAfterTheTimeOnce()
    {
        Assert.Null(Observe());
        _time.Advance(PauseAfter / 2);
        Assert.Null(Observe());
        _time.Advance(PauseAfter / 2);

        Assert.True(Observe());
        Assert.True(_pause.IsPaused);
        _time.Advance(PauseAfter);
        Assert.Null(Observe());
    }

    [Fact]
    public void Observe_FullAndOthersFlow_PausesAfterTheGrace()
    {
        Assert.Null(Observe(othersFlow: true));
        _time.Advance(LanePause.Grace);

        Assert.True(Observe(othersFlow: true));
    }

    [Fact]
    public void Observe_FullButMoving_IsWaitedFor()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(Observe(hasMoved: true, othersFlow: true));
            _time.Advance(LanePause.Grace - TimeSpan.FromTicks(1));
        }

        Assert.Null(Observe(othersFlow: true));
    }

    [Fact]
    public void Observe_RoomInBetween_StartsTheTimeAgain()
    {
        Assert.Null(Observe());
        _time.Advance(PauseAfter / 2);
        Assert.Null(Observe(held: 3, isFull: false));
        _time.Advance(PauseAfter / 2);

        Assert.Null(Observe());
    }

    [Fact]
    public void Observe_Paused_ResumesOnceWhenNothingIsHeld()
    {
        Observe();
        _time.Advance(PauseAfter);
        Observe();

        Assert.Null(Observe(held: 1, isFull: false, hasMoved: true));
        Assert.False(Observe(held: 0, isFull: false, hasMoved: true));
        Assert.False(_pause.IsPaused);
        Assert.Null(Observe(held: 0, isFull: false));
    }

    private bool? Observe(int held = 8, bool isFull = true, bool hasMoved = false, bool othersFlow = false) =>
        _pause.Observe(held, isFull, hasMoved, othersFlow);
}
