using Fraud.Stream.Batching;
using Fraud.Stream.Lifecycle;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fraud.Tests.Stream.Lifecycle;

public class StageGroupTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private readonly StageGroup _stages = new(NullLogger<StageGroup>.Instance, CancellationToken.None);

    [Fact]
    public async Task Start_StageFails_StopsTheOthersAndTellsWhy()
    {
        var never = new StageQueue<int>(1);
        _stages.Start("waiting", cancellation => never.Read(out _, cancellation));
        _stages.Start("failing", static _ => throw new InvalidDataException("broken"));

        var error = await Assert.ThrowsAsync<TopologyFailedException>(() => _stages.WhenEnded().WaitAsync(Deadline));

        Assert.IsType<InvalidDataException>(error.InnerException);
    }

    [Fact]
    public async Task Start_StageFails_DoesNotTellWhatDependsOnItThatItEnded()
    {
        var ended = false;
        _stages.Start("failing", static _ => throw new InvalidDataException("broken"), () => ended = true);

        await Assert.ThrowsAsync<TopologyFailedException>(() => _stages.WhenEnded().WaitAsync(Deadline));

        Assert.False(ended);
    }

    [Fact]
    public async Task Start_SeveralThreads_TheLastToEndTellsOnce()
    {
        var gates = new StageQueue<int>[] { new(1), new(1), new(1) };
        var told = 0;
        _stages.Start(
            "worker",
            [.. gates.Select(gate => (Action<CancellationToken>)(cancellation => gate.Read(out _, cancellation)))],
            () => Interlocked.Increment(ref told));

        gates[0].Complete();
        gates[1].Complete();
        Assert.Equal(0, Volatile.Read(ref told));
        gates[2].Complete();
        await _stages.WhenEnded().WaitAsync(Deadline);

        Assert.Equal(1, told);
    }

    [Fact]
    public async Task WhenEnded_StoppedFromOutside_IsNotAFailure()
    {
        using var stop = new CancellationTokenSource();
        var stages = new StageGroup(NullLogger<StageGroup>.Instance, stop.Token);
        var never = new StageQueue<int>(1);
        stages.Start("waiting", cancellation => never.Read(out _, cancellation));

        await stop.CancelAsync();

        await stages.WhenEnded().WaitAsync(Deadline);
    }
}
