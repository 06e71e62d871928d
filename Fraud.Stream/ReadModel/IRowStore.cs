using Fraud.Model;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;

namespace Fraud.Stream.ReadModel;

/// <summary>What the rows of payments say of themselves, beside what people ask them.</summary>
/// <remarks>The calls block, may come from any thread, and throw <see cref="StoreUnavailableException"/> when they may succeed later.</remarks>
public interface IRowStore
{
    /// <summary>What writes rows: for one reader, which disposes of it.</summary>
    IResultRows Open();

    /// <summary>The last page of each shard whose rows are written; shards of which none is are absent.</summary>
    IReadOnlyDictionary<int, long> ReadPositions();

    /// <summary>The repeats of a shard that are to be taken back, and how far its rows are: of one look.</summary>
    RepeatNotes ReadRepeats(int shard);

    /// <summary>What a payment was answered, also when its row is parked; null when it has none.</summary>
    StoredAnswer? ReadAnswer(in ShortText transactionId);
}

/// <summary>Repeats that histories have counted and nothing took back, as far as pages were read.</summary>
/// <param name="Position">The last page whose rows are written; 0 when there is none.</param>
/// <param name="Open">Their places.</param>
public sealed record RepeatNotes(long Position, IReadOnlyList<JournalPlace> Open);
