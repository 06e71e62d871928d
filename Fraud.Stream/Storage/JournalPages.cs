using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;

namespace Fraud.Stream.Storage;

/// <summary>The pages of one commit, a writer for each shard so that payments are passed once. Reused.</summary>
internal sealed class JournalPages(FeatureSample sample)
{
    private readonly Dictionary<int, PageWriter> _pages = [];

    public void Begin(List<ShardCommit> commits, long nowMs)
    {
        foreach (var commit in commits)
        {
            if (!_pages.TryGetValue(commit.Shard, out var page))
            {
                _pages.Add(commit.Shard, page = new PageWriter());
            }

            page.Begin(nowMs);
        }
    }

    /// <summary>Adds a payment that is stored for the first time, or a record that is none.</summary>
    public void Add(Payment payment)
    {
        var page = _pages[payment.Shard];
        if (payment.DeadLetter is { } letter)
        {
            page.Add(new PageDeadLetter(payment.KafkaOffset, payment.ArrivedAtMs, letter));
        }
        else
        {
            page.Add(payment, sample.Keeps(payment));
        }
    }

    /// <summary>The page; valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> End(in ShardCommit commit) => _pages[commit.Shard].End(commit.NextOffset);
}
