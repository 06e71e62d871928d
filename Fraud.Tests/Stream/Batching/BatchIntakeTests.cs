using Fraud.Stream.Batching;

namespace Fraud.Tests.Stream.Batching;

public class BatchIntakeTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly MicroBatchPool _pool = new(4, 16);
    private readonly WakeSignal _wake = new();

    [Fact]
    public void TakeBulk_MoreThanFits_TakesWholeBatchesWithinTheLimit()
    {
        var inlet = new BatchInlet(8, _wake);
        var intake = new BatchIntake([inlet], _wake);
        foreach (var payments in (int[])[3, 3, 3])
        {
            Assert.True(inlet.Bulk.TryWrite(Batch(payments)));
        }

        Assert.True(intake.TakeBulk(maxPayments: 8));

        Assert.Equal((2, 6), (intake.Group.Count, intake.Payments));
        Assert.Equal(1, inlet.Bulk.Count);
    }

    [Fact]
    public void TakeBulk_OneBatchLargerThanTheLimit_IsTakenAlone()
    {
        var inlet = new BatchInlet(8, _wake);
        var intake = new BatchIntake([inlet], _wake);
        inlet.Bulk.TryWrite(Batch(4));
        inlet.Bulk.TryWrite(Batch(1));

        Assert.True(intake.TakeBulk(maxPayments: 2));

        Assert.Equal(4, Assert.Single(intake.Group).Count);
    }

    [Fact]
    public void TakeBulk_NoRoomFurtherOn_LeavesEverything()
    {
        var inlet = new BatchInlet(8, _wake);
        var intake = new BatchIntake([inlet], _wake);
        inlet.Bulk.TryWrite(Batch(1));

        Assert.False(intake.TakeBulk(maxPayments: 8, maxBatches: 0));

        Assert.Equal(1, inlet.Bulk.Count);
    }

    [Fact]
    public void TakeExpress_SeveralInlets_TakesFromEachAndLeavesBulk()
    {
        BatchInlet[] inlets = [new(8, _wake), new(8, _wake)];
        var intake = new BatchIntake(inlets, _wake);
        Array.ForEach(inlets, inlet => inlet.Express.TryWrite(Batch(1)));
        inlets[0].Bulk.TryWrite(Batch(1));

        Assert.True(intake.TakeExpress(maxPayments: 8));

        Assert.Equal(2, intake.Payments);
        Assert.Equal(1, inlets[0].Bulk.Count);
    }

    [Fact]
    public async Task Wait_SomethingComesOrAllEnds_WakesUp()
    {
        BatchInlet[] inlets = [new(8, _wake), new(8, _wake)];
        var intake = new BatchIntake(inlets, _wake);
        Func<bool> take = () => intake.TakeExpress(8) || intake.TakeBulk(8);

        var first = Task.Run(() => intake.Wait(take, CancellationToken.None));
        inlets[1].Bulk.TryWrite(Batch(1));
        Assert.True(await first.WaitAsync(Deadline));

        var second = Task.Run(() => intake.Wait(take, CancellationToken.None));
        inlets[0].Complete();
        Assert.False(second.IsCompleted);
        inlets[1].Complete();
        Assert.False(await second.WaitAsync(Deadline));
    }

    private MicroBatch Batch(int payments)
    {
        var batch = _pool.Rent();
        for (var i = 0; i < payments; i++)
        {
            batch.Swap(new Payment());
        }

        return batch;
    }
}
