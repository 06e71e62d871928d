using System.Threading.Channels;
using Fraud.Stream.Batching;

namespace Fraud.Tests.Stream.Batching;

public class StageQueueTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Fact]
    public void TryWrite_QueueFull_RefusesAndKeepsWhatWasThere()
    {
        var queue = new StageQueue<int>(2);

        Assert.True(queue.TryWrite(1));
        Assert.True(queue.TryWrite(2));
        Assert.False(queue.TryWrite(3));

        Assert.True(queue.TryRead(out var first));
        Assert.Equal(1, first);
    }

    [Fact]
    public async Task Write_QueueFull_WaitsForReader()
    {
        var queue = new StageQueue<int>(1);
        queue.Write(1, CancellationToken.None);

        var writer = Task.Run(() => queue.Write(2, CancellationToken.None));
        Assert.False(writer.IsCompleted);

        Assert.True(queue.TryRead(out _));
        await writer.WaitAsync(Deadline);
        Assert.True(queue.TryRead(out var second));
        Assert.Equal(2, second);
    }

    [Fact]
    public async Task Read_Completed_ReturnsTheRestThenFalse()
    {
        var queue = new StageQueue<int>(4);
        queue.Write(1, CancellationToken.None);
        queue.Complete();

        Assert.True(queue.Read(out var first, CancellationToken.None));
        Assert.Equal(1, first);
        var end = Task.Run(() => queue.Read(out _, CancellationToken.None));
        Assert.False(await end.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Write_CompletedWhileWaiting_Throws()
    {
        var queue = new StageQueue<int>(1);
        queue.Write(1, CancellationToken.None);
        var writer = Task.Run(() => queue.Write(2, CancellationToken.None));

        queue.Complete();
        Assert.True(queue.TryRead(out _));

        await Assert.ThrowsAsync<ChannelClosedException>(() => writer.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Read_Cancelled_Throws()
    {
        var queue = new StageQueue<int>(1);
        using var cancellation = new CancellationTokenSource();
        var reader = Task.Run(() => queue.Read(out _, cancellation.Token));

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.WaitAsync(Deadline));
    }

    [Fact]
    public async Task WriteAndRead_FourWritersOneReader_NothingIsLostAndEachWriterKeepsItsOrder()
    {
        const int writers = 4;
        const int each = 50_000;
        var queue = new StageQueue<(int Writer, int Number)>(3);
        var tasks = Enumerable.Range(0, writers).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
            {
                queue.Write((writer, i), CancellationToken.None);
            }
        })).ToArray();
        var reader = Task.Run(() =>
        {
            var next = new int[writers];
            while (queue.Read(out var item, CancellationToken.None))
            {
                Assert.Equal(next[item.Writer]++, item.Number);
            }

            return next;
        });

        await Task.WhenAll(tasks).WaitAsync(TimeSpan.FromSeconds(60));
        queue.Complete();

        Assert.All(await reader.WaitAsync(Deadline), count => Assert.Equal(each, count));
    }
}
