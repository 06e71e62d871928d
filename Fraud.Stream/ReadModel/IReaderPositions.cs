using Fraud.Stream.Storage;

namespace Fraud.Stream.ReadModel;

/// <summary>How far readers of the journal are that write nothing else into the store (rule 10 of docs/decisions/0011).</summary>
/// <remarks>The calls block, may come from any thread, and throw <see cref="StoreUnavailableException"/> when they may succeed later.</remarks>
public interface IReaderPositions
{
    /// <summary>From now on a reader reads a shard under this claim, and under none before it.</summary>
    /// <returns>The last page that the reader is done with; null when a later claim has the shard.</returns>
    long? Take(string reader, int shard, long generation);

    /// <summary>Raises positions, each by itself. One that is further already stays there. A power cut may take it back.</summary>
    /// <returns>Shards whose positions were not touched, because another claim has them.</returns>
    IReadOnlyList<int> Raise(string reader, IReadOnlyList<ReaderPosition> positions);

    /// <summary>The last page of each shard that a reader is done with; shards of which there is none are absent.</summary>
    IReadOnlyDictionary<int, long> Read(string reader);
}

/// <param name="Generation">The claim under which the shard is read.</param>
/// <param name="Position">The last page that the reader is done with.</param>
public readonly record struct ReaderPosition(int Shard, long Generation, long Position);
