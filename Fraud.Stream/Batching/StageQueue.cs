using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Fraud.Stream.Batching;

/// <summary>
/// The bounded queue between two stages that run on threads of their own. A full queue makes its
/// writer wait: that is the backpressure of the graph.
/// </summary>
/// <remarks>
/// A channel with two signals, because the stages block on dedicated threads: waiting through the
/// channel itself would wake them by way of the thread pool.
/// Any number of writers; one reader.
/// </remarks>
/// <param name="readable">Set when there is something to read or the queue ended; shared by the queues of one reader.</param>
public sealed class StageQueue<T>(int capacity, WakeSignal readable)
{
    private readonly Channel<T> _channel = Channel.CreateBounded<T>(
        new BoundedChannelOptions(capacity) { SingleReader = true });

    public StageQueue(int capacity)
        : this(capacity, new WakeSignal())
    {
    }

    /// <summary>Set when the reader made room; one for all writers, since progress of one reader frees them in turn.</summary>
    public WakeSignal Writable { get; set; } = new();

    public int Count => _channel.Reader.Count;

    public int Capacity => capacity;

    /// <summary>True when the queue was completed and everything in it was read.</summary>
    public bool IsEnded => _channel.Reader.Completion.IsCompleted;

    /// <summary>False when the queue is full or was completed.</summary>
    public bool TryWrite(T item)
    {
        if (!_channel.Writer.TryWrite(item))
        {
            return false;
        }

        readable.Set();
        return true;
    }

    /// <summary>Waits for room.</summary>
    /// <exception cref="ChannelClosedException">The queue was completed.</exception>
    public void Write(T item, CancellationToken cancellation)
    {
        while (!TryWrite(item))
        {
            Writable.Arm();
            if (TryWrite(item))
            {
                return;
            }

            if (IsEnded)
            {
                throw new ChannelClosedException();
            }

            Writable.Wait(cancellation);
        }
    }

    public bool TryRead([MaybeNullWhen(false)] out T item)
    {
        if (!_channel.Reader.TryRead(out item))
        {
            return false;
        }

        Writable.Set();
        return true;
    }

    /// <summary>Looks at the next item and leaves it in the queue.</summary>
    public bool TryPeek([MaybeNullWhen(false)] out T item) => _channel.Reader.TryPeek(out item);

    /// <summary>Waits for the next item; false when the queue was completed and is empty.</summary>
    public bool Read([MaybeNullWhen(false)] out T item, CancellationToken cancellation)
    {
        while (!TryRead(out item))
        {
            readable.Arm();
            if (TryRead(out item))
            {
                return true;
            }

            if (IsEnded)
            {
                return false;
            }

            readable.Wait(cancellation);
        }

        return true;
    }

    /// <summary>No more will be written; the reader finishes what is in the queue. Safe to repeat.</summary>
    public void Complete()
    {
        _channel.Writer.TryComplete();
        readable.Set();
        Writable.Set();
    }
}
