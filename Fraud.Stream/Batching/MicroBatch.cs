namespace Fraud.Stream.Batching;

/// <summary>
/// Payments that travel together from queue to queue. Pooled; counted by reference, because the
/// fan-out gives the same batch to every sink.
/// </summary>
#pragma warning disable CA1001 // The event's kernel handle is never asked for, so there is nothing to dispose of.
public sealed class MicroBatch
#pragma warning restore CA1001
{
    private readonly MicroBatchPool _pool;
    private readonly Payment[] _payments;
    private readonly ManualResetEventSlim _stored = new(false);
    private int _references;

    internal MicroBatch(MicroBatchPool pool, int capacity)
    {
        _pool = pool;
        _payments = new Payment[capacity];
        for (var i = 0; i < capacity; i++)
        {
            _payments[i] = new Payment();
        }
    }

    public int Count { get; private set; }

    public int Capacity => _payments.Length;

    public bool IsFull => Count == _payments.Length;

    /// <summary>Partition the batch was read from; -1 when it came over HTTP. A batch has one origin.</summary>
    public int KafkaPartition { get; set; } = -1;

    public bool IsFromKafka => KafkaPartition >= 0;

    /// <summary>Set by the decide flow: how many records the batch leaves in the outbox (alerts, dead letters).</summary>
    public int OutboxCount { get; set; }

    public ReadOnlySpan<Payment> Payments => _payments.AsSpan(0, Count);

    /// <summary>
    /// Puts a filled payment into the next slot and hands back the slot's empty one, so that the
    /// caller always holds one to fill and nothing is copied.
    /// </summary>
    /// <exception cref="InvalidOperationException">The batch is full.</exception>
    public Payment Swap(Payment filled)
    {
        if (IsFull)
        {
            throw new InvalidOperationException("The batch is full.");
        }

        var empty = _payments[Count];
        _payments[Count++] = filled;
        return empty;
    }

    /// <summary>Signals that the store holds this batch.</summary>
    public void MarkStored() => _stored.Set();

    /// <summary>Blocks until <see cref="MarkStored"/> or cancellation.</summary>
    public void WaitStored(CancellationToken cancellation) => _stored.Wait(cancellation);

    /// <summary>One more holder; every holder calls <see cref="Release"/> once.</summary>
    public void Retain(int holders = 1) => Interlocked.Add(ref _references, holders);

    /// <summary>The last holder's release empties the batch and returns it to its pool.</summary>
    public void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left < 0)
        {
            throw new InvalidOperationException("The batch was released more often than retained.");
        }

        if (left == 0)
        {
            _pool.Return(this);
        }
    }

    internal void Rent() => _references = 1;

    internal void Clear()
    {
        foreach (var payment in Payments)
        {
            payment.Clear();
        }

        Count = 0;
        KafkaPartition = -1;
        OutboxCount = 0;
        _stored.Reset();
    }
}
