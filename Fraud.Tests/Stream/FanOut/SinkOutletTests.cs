using Fraud.Stream.Batching;
using Fraud.Stream.FanOut;

namespace Fraud.Tests.Stream.FanOut;

public class SinkOutletTests
{
    private readonly MicroBatchPool _pool = new(4, 16);

    [Fact]
    public void Write_StoreFullOfKafkas_StillTakesWhatSomebodyWaitsFor()
    {
        var store = new BatchInlet(1, new WakeSignal());
        var quick = new StageQueue<MicroBatch>(8);
        var outlet = new SinkOutlet(store, quick);
        outlet.Write(Batch(partition: 3), CancellationToken.None);
        Assert.Equal(0, outlet.BulkRoom);

        outlet.Write(Batch(partition: null), CancellationToken.None);

        Assert.Equal((1, 1, 2), (store.Express.Count, store.Bulk.Count, quick.Count));
    }

    [Fact]
    public void BulkRoom_StoreTookABatch_GrowsAndWakesTheWriter()
    {
        var store = new BatchInlet(1, new WakeSignal());
        var wake = new WakeSignal();
        var outlet = new SinkOutlet(store) { BulkWritable = wake };
        outlet.Write(Batch(partition: 3), CancellationToken.None);
        wake.Arm();

        Assert.True(store.Bulk.TryRead(out _));

        Assert.Equal(1, outlet.BulkRoom);
        Assert.True(wake.Wait(TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public void Complete_BothWays_End()
    {
        var store = new BatchInlet(1, new WakeSignal());
        var quick = new StageQueue<MicroBatch>(1);

        new SinkOutlet(store, quick).Complete();

        Assert.True(store.IsEnded);
        Assert.True(quick.IsEnded);
    }

    private MicroBatch Batch(int? partition)
    {
        var batch = _pool.Rent();
        batch.Swap(new Payment());
        if (partition is { } number)
        {
            batch.KafkaPartition = number;
        }

        return batch;
    }
}
