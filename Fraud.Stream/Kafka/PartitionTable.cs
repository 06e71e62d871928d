namespace Fraud.Stream.Kafka;

/// <summary>
/// Which partitions this node reads, each under which generation, and which records are still wanted. Knows no client:
/// what the client does late, or again, is sorted out here. Not thread-safe.
/// </summary>
/// <param name="partitions">Of the topic, numbered from 0.</param>
internal sealed class PartitionTable(int partitions)
{
    private readonly Dictionary<int, AssignedPartition> _assigned = [];

    // Kept for partitions that were taken away, too: an assignment that was on its way then must not come back.
    private readonly long[] _highest = [.. Enumerable.Repeat(-1L, partitions)];

    public IReadOnlyCollection<AssignedPartition> Assigned => _assigned.Values;

    /// <summary>Raised by each change, so that a client knows whether it was told all.</summary>
    public long Version { get; private set; }

    public AssignedPartition? Find(int partition) => _assigned.GetValueOrDefault(partition);

    /// <summary>Takes a partition in. One that is there under a lower generation must be removed before.</summary>
    /// <returns>Null when the partition had this generation or a higher one before.</returns>
    public AssignedPartition? Assign(int partition, long generation, long start)
    {
        if (generation <= _highest[partition])
        {
            return null;
        }

        var assigned = new AssignedPartition(partition, generation, start);
        _assigned.Add(partition, assigned);
        _highest[partition] = generation;
        Version++;
        return assigned;
    }

    /// <summary>Whether an assignment would be taken in.</summary>
    public bool IsNewer(int partition, long generation) => generation > _highest[partition];

    /// <summary>Takes a partition out, and gives back what was held of it.</summary>
    /// <returns>Null when it is not there, or under a higher generation than the one that ended.</returns>
    public AssignedPartition? Remove(int partition, long generation)
    {
        // The claim is over, whether its assignment has come yet or not.
        _highest[partition] = Math.Max(_highest[partition], generation);
        if (!_assigned.TryGetValue(partition, out var assigned) || assigned.Generation > generation)
        {
            return null;
        }

        _assigned.Remove(partition);
        assigned.Drop();
        Version++;
        return assigned;
    }

    /// <summary>The partition of a record, or null when the record is not wanted.</summary>
    /// <remarks>
    /// A client may return what it had fetched of a partition that was taken away. One that began again could return what
    /// was read before. An offset that was skipped is no gap: markers of transactions, aborted and compacted records leave
    /// holes. Records that the broker's log lost are told by the client (<see cref="LogReach"/>).
    /// </remarks>
    public AssignedPartition? Admit(int partition, long offset) =>
        _assigned.TryGetValue(partition, out var assigned) && offset >= assigned.Next ? assigned : null;
}
