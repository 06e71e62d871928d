using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;

namespace Fraud.Stream.FanOut;

/// <summary>
/// Hands the pages of a group that was stored to what is made from them: rows, alerts. Never waits for it: the journal has
/// what finds no room (rule 9 of docs/decisions/0011).
/// </summary>
public sealed class PageSink(JournalFeeds feeds)
{
    public void Apply(BatchGroup group)
    {
        foreach (var (commit, bytes) in group.Pages)
        {
            var page = new FollowedPage(commit.Shard, commit.Generation, commit.Sequence, bytes);
            var payments = new PageReader(bytes.Span).Count ?? 0;
            feeds.Results.Offer(page, payments);
            feeds.Alerts.Offer(page, payments);
        }

        group.Release();
    }
}
