namespace Fraud.Stream.Batching;

/// <summary>
/// Micro-batches of payments over HTTP that one graph has taken and not yet answered. When the graph ends, those who still wait
/// for one of them are told.
/// </summary>
/// <remarks>Thread-safe. Bounded by the gate, which admits as many payments as it has room for.</remarks>
public sealed class InFlight
{
    private readonly Lock _gate = new();
    private readonly HashSet<MicroBatch> _batches = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _batches.Count;
            }
        }
    }

    public void Add(MicroBatch batch)
    {
        lock (_gate)
        {
            _batches.Add(batch);
        }
    }

    public void Remove(MicroBatch batch)
    {
        lock (_gate)
        {
            _batches.Remove(batch);
        }
    }

    /// <summary>All that is left, once. Only when no stage runs any more.</summary>
    public IReadOnlyList<MicroBatch> TakeAll()
    {
        lock (_gate)
        {
            MicroBatch[] left = [.. _batches];
            _batches.Clear();
            return left;
        }
    }
}
