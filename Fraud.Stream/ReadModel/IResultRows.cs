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
    RowsWritten Write(IReadOnlyList<FollowedPage> pages);
}

/// <summary>A page on its way to a reader of the journal.</summary>
/// <param name="Generation">The claim under which it is read.</param>
/// <param name="Bytes">Written by <see cref="PageWriter"/>, and not changed since.</param>
public readonly record struct FollowedPage(int Shard, long Generation, long Sequence, ReadOnlyMemory<byte> Bytes);

/// <summary>What became of pages.</summary>
/// <param name="Payments">Rows that were added.</param>
/// <param name="Repeats">Payments whose id was stored before.</param>
/// <param name="Lost">Shards of which nothing was written: another claim has them, or the pages do not follow the position.</param>
public sealed record RowsWritten(int Payments, int Repeats, IReadOnlyList<int> Lost);
