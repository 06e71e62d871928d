using System.Runtime.InteropServices;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Shadow;

/// <summary>Collects comparisons and writes them to the store, some at a time.</summary>
/// <remarks>One thread adds, another writes. What the store does not take in time is dropped and counted.</remarks>
internal sealed class ShadowRecorder(ShadowQueries shadows, ShadowOptions options, TimeProvider time)
{
    // SQLite has one writer: payments wait for no more than such a transaction, about a millisecond.
    private const int PageSize = 256;

    // Some seconds of what one thread scores; about 160 bytes each.
    private const int MaxPending = 32_768;

    private readonly Lock _lock = new();
    // Drawn apart from the split's cards.
    private readonly CardSplit _sample = new("stored shadows", [options.StoredShare]);
    private List<ShadowScore> _pending = [];
    private List<ShadowScore> _writing = [];
    private int _written;
    private long _dropped;

    /// <summary>Comparisons that are in no report because the store did not take them in time.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void Add(ShadowScore score)
    {
        if (_sample.ArmOf(score.TransactionId.Utf8) == CardSplit.Champion)
        {
            return;
        }

        lock (_lock)
        {
            if (_pending.Count < MaxPending)
            {
                _pending.Add(score);
            }
            else
            {
                Volatile.Write(ref _dropped, _dropped + 1);
            }
        }
    }

    /// <summary>Writes all there is.</summary>
    /// <exception cref="StoreUnavailableException">What is left is written by the next call.</exception>
    public void Flush(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (_written == _writing.Count)
            {
                Next();
            }

            if (_writing.Count == 0)
            {
                return;
            }

            var page = CollectionsMarshal.AsSpan(_writing).Slice(_written, Math.Min(PageSize, _writing.Count - _written));
            shadows.Add(page, new ShadowRetention(options.MaxRows, (time.GetUtcNow() - options.Retention).ToUnixTimeMilliseconds()));
            _written += page.Length;
        }
    }

    private void Next()
    {
        _writing.Clear();
        _written = 0;
        lock (_lock)
        {
            (_pending, _writing) = (_writing, _pending);
        }
    }
}
