namespace Fraud.Stream.Drift;

/// <summary>Counts by bin over the last steps: a ring of counts, and their sum kept beside it. Not thread-safe.</summary>
internal sealed class SlidingCounts(int bins, int steps)
{
    private readonly int[] _ring = new int[bins * steps];
    private readonly int[] _sums = new int[bins];
    private int _offset;

    public int Bins => bins;

    /// <summary>Payments in the window.</summary>
    public int Total { get; private set; }

    /// <summary>Over the whole window, by bin.</summary>
    public ReadOnlySpan<int> Sums => _sums;

    public void Add(int bin)
    {
        _ring[_offset + bin]++;
        _sums[bin]++;
        Total++;
    }

    /// <summary>Begins a new step; the oldest is forgotten.</summary>
    public void Step()
    {
        _offset = (_offset + bins) % _ring.Length;
        for (var bin = 0; bin < bins; bin++)
        {
            _sums[bin] -= _ring[_offset + bin];
            Total -= _ring[_offset + bin];
            _ring[_offset + bin] = 0;
        }
    }
}
