namespace Fraud.Stream.ReadModel;

/// <summary>Where in the journal of its shard an entry is.</summary>
/// <param name="Sequence">Of the page.</param>
/// <param name="Ordinal">In the page, from 0.</param>
public readonly record struct JournalPlace(long Sequence, int Ordinal) : IComparable<JournalPlace>
{
    public int CompareTo(JournalPlace other) => (Sequence, Ordinal).CompareTo((other.Sequence, other.Ordinal));

    public static bool operator <(JournalPlace left, JournalPlace right) => left.CompareTo(right) < 0;

    public static bool operator >(JournalPlace left, JournalPlace right) => left.CompareTo(right) > 0;

    public static bool operator <=(JournalPlace left, JournalPlace right) => left.CompareTo(right) <= 0;

    public static bool operator >=(JournalPlace left, JournalPlace right) => left.CompareTo(right) >= 0;
}
