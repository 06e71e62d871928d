using Fraud.Http.Cases;
using Fraud.Stream.Storage;

namespace Fraud.Http.Alerts;

/// <summary>
/// One client's way through the alerts: from the window that all share as long as that holds what comes next, else from
/// the store, a page at a time and no faster than the client takes them.
/// </summary>
/// <param name="cursor">It has all alerts up to here.</param>
internal sealed class AlertClient(AlertFeed feed, CaseReads reads, long cursor)
{
    private readonly List<Alert> _alerts = [];

    /// <summary>Everything up to here was read: the id to resume behind.</summary>
    public long Cursor { get; private set; } = cursor;

    /// <summary>What the last read brought.</summary>
    public IReadOnlyList<Alert> Alerts => _alerts;

    /// <summary>The next alerts, perhaps none.</summary>
    /// <exception cref="StoreUnavailableException">Try again; nothing is lost.</exception>
    public async ValueTask Read(CancellationToken cancellation)
    {
        _alerts.Clear();
        var at = Cursor;
        if (!feed.Window.TryRead(ref at, AlertFeed.Page, _alerts))
        {
            var page = await reads.Run(store => store.ReadAlerts(at, AlertFeed.Page), cancellation);
            _alerts.AddRange(page.Alerts.Select(Alert.Of));
            at = Math.Max(at, page.UpTo);
        }

        Cursor = at;
    }
}
