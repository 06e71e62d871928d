using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;

namespace Fraud.Stream.FanOut;

/// <summary>
/// Makes the pages of a group, one for each of its shards: payments are passed once, in their order. Repeats are not in them, nor is what was
/// fenced or expired. One caller at a time.
/// </summary>
public sealed class GroupPages(FeatureSample sample, TimeProvider time)
{
    private readonly Dictionary<int, PageWriter> _writers = [];

    /// <param name="commits">One for each shard that has something to write, in order of shard.</param>
    /// <param name="placed">Told where each payment is, before its page is written.</param>
    public IReadOnlyList<ShardPage> Of(IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardCommit> commits, Action<Payment, JournalPlace>? placed = null)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var commit in commits)
        {
            WriterOf(commit.Shard).Begin(now);
        }

        foreach (var batch in batches)
        {
            foreach (var payment in batch.Payments)
            {
                Add(payment, commits, placed);
            }
        }

        var pages = new ShardPage[commits.Count];
        for (var i = 0; i < pages.Length; i++)
        {
            pages[i] = new ShardPage(commits[i], _writers[commits[i].Shard].End(commits[i].NextOffset).ToArray());
        }

        return pages;
    }

    /// <summary>A page that takes payments back, and has none.</summary>
    public ShardPage Of(in ShardCommit commit, IReadOnlyList<PageRetraction> retractions)
    {
        var writer = WriterOf(commit.Shard);
        writer.Begin(time.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var taken in retractions)
        {
            writer.Retract(taken.Sequence, taken.PaymentOrdinal, taken.Payment);
        }

        return new ShardPage(commit, writer.End(commit.NextOffset).ToArray());
    }

    private void Add(Payment payment, IReadOnlyList<ShardCommit> commits, Action<Payment, JournalPlace>? placed)
    {
        switch (payment.State)
        {
            case PaymentState.Scored:
                var writer = WriterOf(payment.Shard);
                placed?.Invoke(payment, new JournalPlace(CommitOf(payment.Shard, commits).Sequence, writer.Payments));
                writer.Add(payment, sample.Keeps(payment));
                break;
            case PaymentState.Undecodable:
                _ = CommitOf(payment.Shard, commits);
                WriterOf(payment.Shard).Add(new PageDeadLetter(payment.KafkaOffset, payment.ArrivedAtMs, payment.DeadLetter!));
                break;
            case PaymentState.Received:
                throw new InvalidOperationException("A payment reached the journal unscored.");
        }
    }

    // As many as a process has shards: a handful.
    private static ShardCommit CommitOf(int shard, IReadOnlyList<ShardCommit> commits)
    {
        for (var i = 0; i < commits.Count; i++)
        {
            if (commits[i].Shard == shard)
            {
                return commits[i];
            }
        }

        throw new ArgumentException($"Shard {shard} has payments to write and no commit.", nameof(commits));
    }

    private PageWriter WriterOf(int shard)
    {
        if (!_writers.TryGetValue(shard, out var writer))
        {
            _writers.Add(shard, writer = new PageWriter());
        }

        return writer;
    }
}
