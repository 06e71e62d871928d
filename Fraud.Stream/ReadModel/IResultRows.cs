using Fraud.Stream.Journal;
using Fraud.Stream.Storage;

namespace Fraud.Stream.ReadModel;

/// <summary>
/// The rows of payments that people and SQL read, written from pages behind the commit, and how far they are (rules 9, 10 and 13 of
/// docs/decisions/0011).
/// </summary>
/// <remarks>
/// The calls block; one caller at a time. They throw <see cref="StoreUnavailableException"/> when they may succeed later; what one wrote is
/// one transaction.
/// </remarks>
public interface IResultRows : IDisposable
{
    /// <summary>From now on the rows of a shard are written under this claim, and under none before it.</summary>
    /// <returns>The last page whose rows are written; null when a later claim has the shard.</returns>
    long? Take(int shard, long generation);

    /// <summary>
    /// Writes the rows of pages, with the labels that waited for the payments, and moves the positions. A payment whose id is stored already is a repeat: its first row stays, and it is noted by its place. A note is closed where a page
    /// takes the payment back.
    /// </summary>
    /// <param name="pages">Those of a shard one behind the other, from the one behind its position on, and together.</param>
    /// <exception cref="RowsRefusedException">The database refuses some of it, however often it is tried. Nothing is written.</exception>
    RowsWritten Write(IReadOnlyList<FollowedPage> pages);

    /// <summary>
    /// Writes a page of which the database refuses something, in one transaction: its payments are halved until those are left that are refused
    /// alone, and these are parked in place of their rows (rule 19 of docs/decisions/0011).
    /// </summary>
    RowsWritten WriteApart(FollowedPage page);

    /// <summary>Writes the row of a payment that was parked, with the labels that waited for it, in one transaction in which it is parked no more.</summary>
    RetryOutcome Retry(RefusedRow parked);
}

/// <summary>A page on its way to a reader of the journal.</summary>
/// <param name="Generation">The claim under which it is read.</param>
/// <param name="Bytes">Written by <see cref="PageWriter"/>, and not changed since.</param>
public readonly record struct FollowedPage(int Shard, long Generation, long Sequence, ReadOnlyMemory<byte> Bytes);

/// <summary>What became of pages.</summary>
/// <param name="Payments">Rows that were added.</param>
/// <param name="Repeats">Payments whose id was stored before.</param>
/// <param name="Lost">Shards of which nothing was written: another claim has them, or the pages do not follow the position.</param>
public sealed record RowsWritten(int Payments, int Repeats, IReadOnlyList<int> Lost)
{
    /// <summary>Payments that were parked, and why.</summary>
    public IReadOnlyList<RefusedPlace> Refused { get; init; } = [];
}

/// <summary>Where a payment is whose row the database refuses, and by what: its code, and the constraint that it names.</summary>
public readonly record struct RefusedPlace(int Shard, JournalPlace Place, string Error);
