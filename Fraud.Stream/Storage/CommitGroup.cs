using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;

namespace Fraud.Stream.Storage;

/// <summary>
/// What one commit writes, sorted: payments by what becomes of them, the shards with the claims they are written
/// under, the offsets. Reused from one commit to the next.
/// </summary>
internal sealed class CommitGroup
{
    private readonly List<Payment> _scored = [];
    private readonly List<Payment> _repeated = [];
    private readonly SortedDictionary<int, long> _claims = [];
    private readonly SortedDictionary<int, long> _offsets = [];

    /// <summary>Payments to store, in the order of the batches.</summary>
    public IReadOnlyList<Payment> Scored => _scored;

    /// <summary>Payments that are stored already.</summary>
    public IReadOnlyList<Payment> Repeated => _repeated;

    /// <summary>Generation by shard; <see cref="ShardLeases.None"/> where this node holds no claim.</summary>
    public IReadOnlyDictionary<int, long> Claims => _claims;

    /// <summary>Next offset by partition. Batches of a partition come in order, so the last one counts.</summary>
    public IReadOnlyDictionary<int, long> Offsets => _offsets;

    public void Fill(IReadOnlyList<MicroBatch> batches, ShardLeases leases)
    {
        _scored.Clear();
        _repeated.Clear();
        _claims.Clear();
        _offsets.Clear();
        foreach (var batch in batches)
        {
            if (Add(batch, leases) && batch.IsFromKafka && batch.Count > 0)
            {
                Claim(batch.KafkaPartition, leases);
                _offsets[batch.KafkaPartition] = batch.Payments[^1].KafkaOffset + 1;
            }
        }
    }

    /// <summary>A payment of <see cref="Scored"/> turned out to be stored already.</summary>
    public void IsRepeated(Payment payment) => _repeated.Add(payment);

    /// <exception cref="ShardsFencedException">Some shard is not among the positions that the store gave.</exception>
    public void RequireAll(IReadOnlyList<ShardPosition> positions)
    {
        if (positions.Count != _claims.Count)
        {
            throw new ShardsFencedException([.. _claims.Keys.Except(positions.Select(static position => position.Shard))]);
        }
    }

    /// <summary>False when a payment of the batch was fenced: an offset behind it would pass it over for good.</summary>
    private bool Add(MicroBatch batch, ShardLeases leases)
    {
        var isWhole = true;
        foreach (var payment in batch.Payments)
        {
            switch (payment.State)
            {
                case PaymentState.Fenced:
                    isWhole = false;
                    continue;
                case PaymentState.Scored:
                    _scored.Add(payment);
                    break;
                case PaymentState.Duplicate:
                    _repeated.Add(payment);
                    break;
                case PaymentState.Received:
                    throw new InvalidOperationException("A payment reached the store unscored.");
            }

            Claim(payment.Shard, leases);
        }

        return isWhole;
    }

    // Read once a commit, so that all of it is written under one claim.
    private void Claim(int shard, ShardLeases leases)
    {
        if (!_claims.ContainsKey(shard))
        {
            _claims.Add(shard, shard < leases.Shards ? leases.GenerationOf(shard) : ShardLeases.None);
        }
    }
}
