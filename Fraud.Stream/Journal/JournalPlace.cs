namespace Fraud.Stream.Journal;

/// <summary>Where in the journal of its shard an entry is.</summary>
/// <param name="Sequence">Of the page.</param>
/// <param name="Ordinal">In the page, from 0.</param>
public readonly record struct JournalPlace(long Sequence, int Ordinal) : IComparable<JournalPlace>
{
    // A page takes one commit's payments of one shard, of which Persistence:MaxGroupSize allows a hundred thousand.
    private const int OrdinalBits = 20;

    /// <summary>As one number, which is never 0: pages are numbered from 1.</summary>
    public long Packed => (Sequence << OrdinalBits) | (uint)Ordinal;

    public static JournalPlace Unpack(long packed) => new(packed >> OrdinalBits, (int)(packed & ((1 << OrdinalBits) - 1)));

    public int CompareTo(JournalPlace other) => (Sequence, Ordinal).CompareTo((other.Sequence, other.Ordinal));

    public static bool operator <(JournalPlace left, JournalPlace right) => left.CompareTo(right) < 0;

    public static bool operator >(JournalPlace left, JournalPlace right) => left.CompareTo(right) > 0;

    public static bool operator <=(JournalPlace left, JournalPlace right) => left.CompareTo(right) <= 0;

    public static bool operator >=(JournalPlace left, JournalPlace right) => left.CompareTo(right) >= 0;
}
