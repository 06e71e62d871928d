namespace Fraud.Stream.Shards;

/// <summary>
/// Recovery of a shard: the stored states up to the head's snapshot, then each page behind it, without a gap, up to the head as the claim
/// returned it. The next owner always replays, also after a hand-over that drained (rule 7 of docs/decisions/0011).
/// </summary>
public readonly record struct ReplayCursor
{
    private ReplayCursor(long position, long end)
    {
        Position = position;
        End = end;
    }

    /// <summary>Last page that the state contains.</summary>
    public long Position { get; private init; }

    public long End { get; }

    public bool IsComplete => Position == End;

    public static ReplayCursor From(ShardHead claimed) => new(claimed.SnapshotSequence, claimed.Sequence);

    /// <summary>False when the page is not the next one: another claimed the shard since, or its journal is damaged.</summary>
    public bool TryAccept(long sequence, out ReplayCursor next)
    {
        var isNext = sequence == Position + 1 && sequence <= End;
        next = isNext ? this with { Position = sequence } : this;
        return isNext;
    }
}
