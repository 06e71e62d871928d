namespace Fraud.Stream.ReadModel;

/// <summary>What passes between the commits of a node and a reader behind them: the pages, and how far behind it is.</summary>
public abstract record ReaderFeed(CommittedPages Pages, ReaderLag Lag)
{
    /// <summary>A page was committed here. Never waits.</summary>
    public void Offer(in FollowedPage page, int payments)
    {
        // Before the page is offered: it may be read at once.
        Lag.Committed(page.Shard, page.Generation, page.Sequence, payments);
        Pages.Offer(page);
    }
}
