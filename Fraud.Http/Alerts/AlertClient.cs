using Fraud.Http.Cases;
using Fraud.Stream.Storage;

namespace Fraud.Http.Alerts;

/// <summary>
/// One client's way through the alerts: from the store until it has caught up, then from the window that all share.
/// </summary>
/// <param name="cursor">It has all alerts up to here.</param>
internal sealed class AlertClient(AlertFeed feed, CaseReads reads, long cursor)
{
    private readonly List<Alert> _alerts = [];
    private bool _isLive;

    /// <summary>Everything up to here was read: the id to resume behind.</summary>
    public long Cursor { get; private set; } = cursor;

    /// <summary>What the last read brought.</summary>
    public IReadOnlyList<Alert> Alerts => _alerts;

    /// <summary>The next alerts, perhaps none. False when it had caught up and then fell behind all that is held.</summary>
    /// <exception cref="StoreUnavailableException">Try again; nothing is lost.</exception>
    public async ValueTask<bool> Read(CancellationToken cancellation)
    {
        _alerts.Clear();
        var at = Cursor;
        if (feed.Window.TryRead(ref at, AlertFeed.Page, _alerts))
        {
            _isLive = true;
        }
        else if (_isLive)
        {
            return false;
        }
        else
        {
            var page = await reads.Run(store => store.ReadAlerts(at, AlertFeed.Page), cancellation);
            _alerts.AddRange(page.Alerts.Select(Alert.Of));
            at = Math.Max(at, page.UpTo);
        }

        Cursor = at;
        return true;
    }
}
