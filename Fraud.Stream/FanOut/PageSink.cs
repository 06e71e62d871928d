using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;

namespace Fraud.Stream.FanOut;

/// <summary>
/// Hands the pages of a group that was stored to what is made from them: rows, and with them alerts. Never waits for it: the journal has
/// what finds no room (rule 9 of docs/decisions/0011).
/// </summary>
public sealed class PageSink(ResultsFeed feed)
{
    public void Apply(BatchGroup group)
    {
        foreach (var (commit, bytes) in group.Pages)
        {
            // Before the page is offered: it may be written at once.
            feed.Lag.Committed(commit.Shard, commit.Generation, commit.Sequence, new PageReader(bytes.Span).Count ?? 0);
            feed.Pages.Offer(new FollowedPage(commit.Shard, commit.Generation, commit.Sequence, bytes));
        }

        group.Release();
    }
}
