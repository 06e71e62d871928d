using System.Threading.Channels;

namespace Fraud.Stream.ReadModel;

/// <summary>Pages on their way from the commits to a reader, which has the journal for what finds no room here. Any thread offers, one reads.</summary>
public sealed class CommittedPages(int capacity)
{
    private readonly Channel<FollowedPage> _pages = Channel.CreateBounded<FollowedPage>(new BoundedChannelOptions(capacity) { SingleReader = true });
    private int _dropped;

    /// <summary>Never waits: what finds no room is dropped, and the reader is told.</summary>
    public void Offer(in FollowedPage page)
    {
        if (!_pages.Writer.TryWrite(page))
        {
            Volatile.Write(ref _dropped, 1);
        }
    }

    public bool TryRead(out FollowedPage page) => _pages.Reader.TryRead(out page);

    /// <summary>True once after pages were dropped.</summary>
    public bool TakeDropped() => Volatile.Read(ref _dropped) != 0 && Interlocked.Exchange(ref _dropped, 0) != 0;

    /// <summary>Blocks until a page is there, or for a time.</summary>
    public void Wait(TimeSpan longest, CancellationToken stop)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(longest);
        try
        {
            _ = _pages.Reader.WaitToReadAsync(timeout.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The time is over.
        }
    }
}
