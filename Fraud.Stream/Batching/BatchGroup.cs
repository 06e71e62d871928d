using Fraud.Stream.Shards;

namespace Fraud.Stream.Batching;

/// <summary>Micro-batches that are scored in one call of the model, or stored in one transaction.</summary>
/// <remarks>Written by one stage at a time, and by none once it was broadcast.</remarks>
public sealed class BatchGroup
{
    private readonly List<MicroBatch> _batches = [];

    public IReadOnlyList<MicroBatch> Batches => _batches;

    public int Payments { get; private set; }

    /// <summary>Callers wait for answers to payments that were sent again.</summary>
    public bool HasRepeats => _batches.Exists(static batch => batch.HasRepeats);

    /// <summary>Its transaction, once it ended.</summary>
    public CommitTimes Commit { get; set; }

    /// <summary>The pages that were written of it, in order.</summary>
    public List<ShardPage> Pages { get; } = [];

    public static BatchGroup Of(MicroBatch batch) => new BatchGroup().Add(batch);

    public static BatchGroup Of(IEnumerable<MicroBatch> batches) => batches.Aggregate(new BatchGroup(), static (group, batch) => group.Add(batch));

    public BatchGroup Add(MicroBatch batch)
    {
        _batches.Add(batch);
        Payments += batch.Count;
        return this;
    }

    public BatchGroup Add(BatchGroup other)
    {
        _batches.AddRange(other._batches);
        Payments += other.Payments;
        return this;
    }

    /// <summary>One more holder of each batch; every holder calls <see cref="Release"/> once.</summary>
    public void Retain(int holders) => _batches.ForEach(batch => batch.Retain(holders));

    public void Release() => _batches.ForEach(static batch => batch.Release());
}

/// <summary>When a transaction began and ended (<see cref="TimeProvider.GetTimestamp"/>), and which attempt it was.</summary>
public readonly record struct CommitTimes(long Started, long Ended, int Attempts);
