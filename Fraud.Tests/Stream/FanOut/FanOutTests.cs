using Fraud.Stream.Batching;
using Fraud.Stream.FanOut;

namespace Fraud.Tests.Stream.FanOut;

public class FanOutTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Write_OneSinkFull_WaitsForTheSlowestAndDropsNothing()
    {
        var quick = new StageQueue<int>(8);
        var slow = new StageQueue<int>(1);
        var fanOut = new FanOut<int>(static (_, _) => { }, quick, slow);
        fanOut.Write(1, CancellationToken.None);

        var second = Task.Run(() => fanOut.Write(2, CancellationToken.None));
        Assert.False(second.IsCompleted);
        Assert.True(slow.TryRead(out var first));
        await second.WaitAsync(Deadline);

        Assert.Equal(1, first);
        Assert.True(slow.TryRead(out var next));
        Assert.Equal(2, next);
        Assert.Equal(2, quick.Count);
    }

    [Fact]
    public void Write_ThreeSinks_BatchGoesBackToItsPoolAfterTheLastRelease()
    {
        var pool = new MicroBatchPool(1, 1);
        StageQueue<MicroBatch>[] sinks = [new(1), new(1), new(1)];
        var fanOut = new FanOut<MicroBatch>(static (batch, holders) => batch.Retain(holders), sinks);
        var batch = pool.Rent();
        batch.Swap(new Payment());

        fanOut.Write(batch, CancellationToken.None);
        foreach (var sink in sinks)
        {
            Assert.Equal(1, batch.Count);
            Assert.True(sink.TryRead(out var received));
            received.Release();
        }

        Assert.Equal(0, batch.Count);
        Assert.Same(batch, pool.Rent());
    }

    [Fact]
    public void Complete_EverySink_Ends()
    {
        StageQueue<int>[] sinks = [new(1), new(1)];

        new FanOut<int>(static (_, _) => { }, sinks).Complete();

        Assert.All(sinks, sink => Assert.True(sink.IsEnded));
    }
}
