using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Cases;
using Fraud.Stream.Database;
using Fraud.Stream.History;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Retention;
using Fraud.Stream.Shards;

namespace Fraud.Stream.Storage;

/// <summary>
/// Where results, offsets and labels live. What one call writes is one
/// transaction: after a crash either all of it is there or none.
/// </summary>
/// <remarks>
/// The calls block. Each is made from a dedicated thread of its stage (persistence, labels,
/// readers), so an implementation must allow these three to call at the same time.
/// Failures that may pass (locked, connection lost) are thrown as <see cref="StoreUnavailableException"/>.
/// </remarks>
public interface IFraudStore : IShardStore, IDisposable
{
    /// <summary>"sqlite" or "postgres".</summary>
    string Kind { get; }

    /// <summary>Payments in one commit from which on larger ones store hardly more a second.</summary>
    int GroupSize { get; }

    /// <summary>Whether other nodes can use it too. Else this process owns every shard.</summary>
    bool IsShared { get; }

    /// <summary>What no payment waits for.</summary>
    FraudDatabase Database { get; }

    /// <summary>Flagged payments and what people decided about them.</summary>
    ICaseStore Cases { get; }

    /// <summary>All stored payments with their labels.</summary>
    IPaymentHistory History { get; }

    /// <summary>What leaves by age.</summary>
    IRetentionStore Retention { get; }

    /// <summary>Creates what is missing: schema, partitions. Safe to call on a store in use.</summary>
    void Open();

    /// <summary>
    /// Writes all or nothing, in one transaction: the heads of the shards, with their next offsets, and a page each. All that is known of payments is in
    /// the pages; rows, alerts and dead letters are made from them behind the commit.
    /// </summary>
    /// <remarks>
    /// A head is compared and set by one UPDATE, the heads in order of shard (rules 2, 4 and 5 of docs/decisions/0011). When the call throws
    /// <see cref="StoreUnavailableException"/>, it is unknown whether it was carried out: the heads tell.
    /// </remarks>
    /// <param name="pages">At most one of a shard, in order of shard; not none.</param>
    /// <returns>Shards whose head was not as expected. None: all was written. Some: nothing was written.</returns>
    IReadOnlyList<int> Commit(IReadOnlyList<ShardPage> pages);

    /// <summary>The rows that are made from pages.</summary>
    IRowStore Rows { get; }

    /// <summary>Next offset to read by partition; partitions never written are absent.</summary>
    IReadOnlyDictionary<int, long> ReadOffsets(string topic);

    /// <summary>
    /// Stores labels with the offset that follows them, in one transaction, and returns those that
    /// change how many frauds there are: newly known frauds (+1) and frauds taken back (-1). Card, terminal and event time
    /// that a label left out are filled in from the stored payment where there is one. Each change is appended to the
    /// label journal in the same transaction; several nodes may store the same label, and only the first makes a change.
    /// A fraud whose card, terminal or time is not known from anywhere waits: it becomes a change of the label journal in
    /// the transaction that writes its payment's row.
    /// </summary>
    /// <param name="partition">Partition of the labels' topic, or -1 when they came another way.</param>
    /// <param name="nextOffset">Offset to continue at.</param>
    IReadOnlyList<LabelChange> CommitLabels(string topic, int partition, long nextOffset, IReadOnlyList<Label> labels);

    /// <summary>How far readers of the journal are that write nothing else here.</summary>
    IReaderPositions Positions { get; }

    /// <summary>What an earlier version had not sent.</summary>
    IEarlierOutbox EarlierOutbox { get; }

    /// <summary>Throws when the store cannot be reached or written.</summary>
    void Ping();

    StoreCounts Count();
}

/// <summary>A label that changes a fraud count.</summary>
/// <param name="FraudDelta">+1: a fraud became known; -1: it turned out not to be one.</param>
public readonly record struct LabelChange(Label Label, int FraudDelta);

/// <summary>Rows in the store.</summary>
/// <param name="Alerts">Of the results: those that were flagged.</param>
public readonly record struct StoreCounts(long Results, long Alerts, long Labels);

/// <summary>The store cannot be reached or is locked; the same call may succeed later.</summary>
public sealed class StoreUnavailableException(string message, Exception inner) : Exception(message, inner);
