namespace Fraud.Stream.Storage;

/// <summary>
/// The table of earlier versions that held what was to be sent to Kafka. An upgrade leaves what had not been sent; nothing is added, and the table goes with
/// its last record.
/// </summary>
/// <remarks>The calls block, may come from any thread, and throw <see cref="StoreUnavailableException"/> when they may succeed later.</remarks>
public interface IEarlierOutbox
{
    bool Exists();

    /// <summary>The oldest records of the given shards, in order.</summary>
    IReadOnlyList<EarlierRecord> Read(IReadOnlyCollection<int> shards, int limit);

    /// <summary>The records have left. Removes the table too when it is empty then.</summary>
    void Remove(IReadOnlyList<long> ids);
}

/// <summary>A record that an earlier version had not sent.</summary>
/// <param name="IsAlert">Else it is a dead letter.</param>
public sealed record EarlierRecord(long Id, bool IsAlert, byte[] Key, byte[] Value, IReadOnlyList<KeyValuePair<string, string>> Headers);
