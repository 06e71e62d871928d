namespace Fraud.Stream.Kafka;

/// <summary>
/// What the store said that it holds and the consumer's thread has not looked at yet: by partition the latest word. Thread-safe.
/// </summary>
internal sealed class StoredOffsets(int partitions)
{
    private readonly CommittableOffset?[] _latest = new CommittableOffset?[partitions];

    /// <summary>The later word stands, unless it is of an earlier generation.</summary>
    public void Put(CommittableOffset offset)
    {
        ref var latest = ref _latest[offset.Partition];
        var seen = Volatile.Read(ref latest);
        while (seen is null || seen.Generation <= offset.Generation)
        {
            var found = Interlocked.CompareExchange(ref latest, offset, seen);
            if (ReferenceEquals(found, seen))
            {
                return;
            }

            seen = found;
        }
    }

    /// <summary>Moves the word on a partition into it; false when there is none, or it is of another generation.</summary>
    public bool TryMove(AssignedPartition into)
    {
        if (Interlocked.Exchange(ref _latest[into.Partition], null) is not { } offset || offset.Generation != into.Generation)
        {
            return false;
        }

        into.Stored = offset.Next;
        return true;
    }
}
