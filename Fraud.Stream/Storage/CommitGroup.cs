using Fraud.Stream.Batching;
using Fraud.Stream.Shards;

namespace Fraud.Stream.Storage;

/// <summary>
/// What one commit writes, sorted: payments by what becomes of them, commits by shard. Reused from one commit to the next.
/// </summary>
internal sealed class CommitGroup
{
    private readonly List<Payment> _scored = [];
    private readonly List<Payment> _repeated = [];
    private readonly List<ShardCommit> _commits = [];
    private readonly HashSet<int> _shards = [];

    /// <summary>Payments to store, in the order of the batches.</summary>
    public IReadOnlyList<Payment> Scored => _scored;

    /// <summary>Payments that are stored already.</summary>
    public IReadOnlyList<Payment> Repeated => _repeated;

    /// <summary>In order of shard.</summary>
    public List<ShardCommit> Commits => _commits;

    /// <exception cref="ArgumentException">A shard has payments to write and no commit, or two commits.</exception>
    public void Fill(IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardCommit> commits)
    {
        _scored.Clear();
        _repeated.Clear();
        _commits.Clear();
        _shards.Clear();
        for (var i = 0; i < commits.Count; i++)
        {
            if (!_shards.Add(commits[i].Shard))
            {
                throw new ArgumentException($"Shard {commits[i].Shard} has two commits.", nameof(commits));
            }

            _commits.Add(commits[i]);
        }

        _commits.Sort(static (one, other) => one.Shard.CompareTo(other.Shard));

        for (var i = 0; i < batches.Count; i++)
        {
            foreach (var payment in batches[i].Payments)
            {
                Add(payment);
            }
        }
    }

    /// <summary>A payment of <see cref="Scored"/> turned out to be stored already.</summary>
    public void IsRepeated(Payment payment) => _repeated.Add(payment);

    private void Add(Payment payment)
    {
        switch (payment.State)
        {
            case PaymentState.Fenced or PaymentState.Expired:
                return;
            case PaymentState.Scored:
                _scored.Add(payment);
                break;
            case PaymentState.Duplicate:
                _repeated.Add(payment);
                break;
            case PaymentState.Received:
                throw new InvalidOperationException("A payment reached the store unscored.");
        }

        if (!_shards.Contains(payment.Shard))
        {
            throw new ArgumentException($"Shard {payment.Shard} has payments to write and no commit.");
        }
    }
}
