namespace Fraud.Stream.ReadModel;

/// <summary>How many rows the database refused. The reader of results writes it, anyone asks.</summary>
public sealed class RefusedCounts
{
    private long _refused;
    private long _parked;

    /// <summary>Payments that this node's reader parked, since the start.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Payments that are parked in the database, by any node, as of the last look.</summary>
    public long Parked
    {
        get => Interlocked.Read(ref _parked);
        set => Interlocked.Exchange(ref _parked, value);
    }

    public void Add(int refused) => Interlocked.Add(ref _refused, refused);
}
