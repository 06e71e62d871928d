using Fraud.Stream.Shards;

namespace Fraud.Stream.Batching;

/// <summary>
/// Payments that travel together through the graph. Pooled; counted by reference, because the
/// broadcast gives the same batch to every sink.
/// </summary>
public sealed class MicroBatch
{
    private readonly MicroBatchPool _pool;
    private readonly Payment[] _payments;
    private int _references;
    private int _told;

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

    /// <summary>Its one payment must not share a call of the model or a transaction with others (rule 19 of docs/decisions/0011).</summary>
    public bool IsAlone => Count == 1 && _payments[0].IsSuspect;

    /// <summary>What it adds to a call of the model or a transaction that takes so many payments.</summary>
    public int WeightOf(int most) => IsAlone ? most : Count;

    /// <summary>Partition the batch was read from; -1 when it came over HTTP. A batch has one origin.</summary>
    public int KafkaPartition { get; set; } = -1;

    public bool IsFromKafka => KafkaPartition >= 0;

    /// <summary>Set by the feature flow: callers wait for answers to payments that were sent again.</summary>
    public bool HasRepeats { get; set; }

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

    /// <summary>Claim of the shard under which the batch was read from Kafka; 0 when it came over HTTP, where each payment has its own.</summary>
    public long Generation { get; set; }

    /// <summary>What the batch is instead of payments: it is empty then.</summary>
    public ShardMarker? Marker { get; set; }

    /// <summary>Called once by each sink that answers some of its payments; true for the one with which all are.</summary>
    public bool AllTold() => Interlocked.Increment(ref _told) == (HasRepeats ? 2 : 1);

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
        HasRepeats = false;
        _told = 0;
        Generation = 0;
        Marker = null;
    }
}
