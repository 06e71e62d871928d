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
    private readonly SortedDictionary<int, ShardCommit> _commits = [];

    /// <summary>Payments to store, in the order of the batches.</summary>
    public IReadOnlyList<Payment> Scored => _scored;

    /// <summary>Payments that are stored already.</summary>
    public IReadOnlyList<Payment> Repeated => _repeated;

    /// <summary>By shard, in its order.</summary>
    public IReadOnlyDictionary<int, ShardCommit> Commits => _commits;

    /// <exception cref="ArgumentException">A shard has payments to write and no commit, or two commits.</exception>
    public void Fill(IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardCommit> commits)
    {
        _scored.Clear();
        _repeated.Clear();
        _commits.Clear();
        foreach (var commit in commits)
        {
            if (!_commits.TryAdd(commit.Shard, commit))
            {
                throw new ArgumentException($"Shard {commit.Shard} has two commits.", nameof(commits));
            }
        }

        foreach (var batch in batches)
        {
            foreach (var payment in batch.Payments)
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

        if (!_commits.ContainsKey(payment.Shard))
        {
            throw new ArgumentException($"Shard {payment.Shard} has payments to write and no commit.");
        }
    }
}
