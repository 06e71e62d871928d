namespace Fraud.Tests.Simulation;

/// <summary>Repeats in flight and recently committed (rules 14 and 16 of docs/decisions/0011).</summary>
public sealed class RepeatWindowTests
{
    private readonly RepeatWindow<string, int> _window = new(maxIds: 3, TimeSpan.FromMinutes(1));

    [Fact]
    public void Look_IdInFlightThenStored_KeepsTheFirstsResult()
    {
        Assert.Equal(RepeatKind.First, _window.Look("a", out _));

        _window.Enter("a", 71);
        Assert.Equal(RepeatKind.InFlight, _window.Look("a", out var inFlight));
        _window.Store("a", 71, timeMs: 0);
        Assert.Equal(RepeatKind.Stored, _window.Look("a", out var stored));

        Assert.Equal((71, 71), (inFlight, stored));
        Assert.Equal((1, 0), (_window.StoredCount, _window.InFlightCount));
    }

    [Fact]
    public void Enter_Twice_IsAMistake()
    {
        _window.Enter("a", 1);

        Assert.Throws<ArgumentException>(() => _window.Enter("a", 2));
    }

    [Fact]
    public void Forget_FirstThatWentNoFurther_LetsItsRepeatBeTheFirst()
    {
        _window.Enter("a", 1);
        _window.Store("b", 2, timeMs: 0);

        _window.Forget("a");
        _window.Forget("b");

        Assert.Equal(RepeatKind.First, _window.Look("a", out _));
        Assert.Equal(RepeatKind.Stored, _window.Look("b", out _));
    }

    [Fact]
    public void Store_MoreThanFit_EvictsTheOldestAndNothingInFlight()
    {
        _window.Enter("in flight", 0);
        foreach (var id in (string[])["a", "b", "c", "d"])
        {
            _window.Store(id, 1, timeMs: 0);
        }

        Assert.Equal(RepeatKind.First, _window.Look("a", out _));
        Assert.Equal(RepeatKind.Stored, _window.Look("b", out _));
        Assert.Equal(RepeatKind.InFlight, _window.Look("in flight", out _));
    }

    [Fact]
    public void Evict_AfterTheWindow_ForgetsWhatIsOlder()
    {
        _window.Store("a", 1, timeMs: 1_000);
        _window.Store("b", 1, timeMs: 1_001);

        _window.Evict(timeMs: 61_001);

        Assert.Equal(RepeatKind.First, _window.Look("a", out _));
        Assert.Equal(RepeatKind.Stored, _window.Look("b", out _));
    }

    [Fact]
    public void Store_SameIdAgain_CountsOnce()
    {
        _window.Store("a", 1, timeMs: 0);
        _window.Store("a", 1, timeMs: 5);

        Assert.Equal(1, _window.StoredCount);
    }
}
