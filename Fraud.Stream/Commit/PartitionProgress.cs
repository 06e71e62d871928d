namespace Fraud.Stream.Commit;

/// <summary>
/// How far each partition is: what was handed to the graph and what the store holds. The source
/// adds, the persistence sink completes; a revoke waits here until nothing is in flight.
/// </summary>
/// <remarks>Batches of one partition are stored in the order in which they were accepted.</remarks>
public sealed class PartitionProgress
{
    private readonly object _gate = new();
    private readonly Dictionary<int, State> _partitions = [];

    /// <summary>The graph took a batch of this many records.</summary>
    public void Accepted(int partition, int records)
    {
        lock (_gate)
        {
            var state = _partitions.GetValueOrDefault(partition);
            _partitions[partition] = state with { InFlight = state.InFlight + records };
        }
    }

    /// <summary>The store holds them; the next offset to read moved on.</summary>
    public void Stored(int partition, int records, long nextOffset)
    {
        lock (_gate)
        {
            var state = _partitions.GetValueOrDefault(partition);
            _partitions[partition] = new State(state.InFlight - records, nextOffset);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Records between source and store.</summary>
    public int InFlight(int partition)
    {
        lock (_gate)
        {
            return _partitions.GetValueOrDefault(partition).InFlight;
        }
    }

    /// <summary>Blocks until something was stored or the time is over.</summary>
    public void WaitForChange(TimeSpan longest)
    {
        lock (_gate)
        {
            Monitor.Wait(_gate, longest);
        }
    }

    /// <summary>Commit watermarks of all partitions that ever stored something: partition and next offset.</summary>
    public IReadOnlyList<KeyValuePair<int, long>> Watermarks()
    {
        lock (_gate)
        {
            return [.. _partitions.Where(p => p.Value.NextOffset > 0)
                .Select(p => KeyValuePair.Create(p.Key, p.Value.NextOffset))];
        }
    }

    private readonly record struct State(int InFlight, long NextOffset);
}
