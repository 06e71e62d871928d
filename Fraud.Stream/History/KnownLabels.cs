using Fraud.Stream.Storage;

namespace Fraud.Stream.History;

/// <summary>
/// The label journal beside a replay of payments: a label is known from the moment on at which it was stored. One that came before its
/// payment waits for the payment's time, because a history that counted it now would take all payments before it for too late.
/// </summary>
/// <param name="read">Of the journal after a position at most so many: <see cref="IShardStore.ReadLabelJournal"/>.</param>
/// <param name="fromMs">Labels of payments before this event time are left out: no window reaches them.</param>
internal sealed class KnownLabels(Func<long, int, IReadOnlyList<LabelJournalEntry>> read, long fromMs)
{
    // A page of them is some 100 kB.
    private const int PageSize = 1_000;

    private readonly Queue<LabelJournalEntry> _read = new();
    private readonly PriorityQueue<LabelChange, (long EventTimeMs, long Sequence)> _waiting = new();
    private long _position;
    private bool _isAtEnd;

    /// <summary>Those that are new to a payment that was stored and made at these times.</summary>
    public IEnumerable<LabelChange> Until(long storedAtMs, long eventTimeMs)
    {
        while (Next() is { } entry && entry.StoredAtMs <= storedAtMs)
        {
            _read.Dequeue();
            if (entry.Change.Label.EventTimeMs >= fromMs)
            {
                _waiting.Enqueue(entry.Change, (entry.Change.Label.EventTimeMs, entry.Sequence));
            }
        }

        while (_waiting.TryPeek(out var change, out var order) && order.EventTimeMs <= eventTimeMs)
        {
            _waiting.Dequeue();
            yield return change;
        }
    }

    private LabelJournalEntry? Next()
    {
        if (_read.Count == 0 && !_isAtEnd)
        {
            foreach (var entry in read(_position, PageSize))
            {
                _read.Enqueue(entry);
                _position = entry.Sequence;
            }

            _isAtEnd = _read.Count < PageSize;
        }

        return _read.TryPeek(out var next) ? next : null;
    }
}
