using Fraud.Model.Snapshots;

namespace Fraud.Model.History;

/// <summary>
/// The payments of one card or terminal as buckets ordered by event time, with running sums. Any window
/// is two binary searches and a subtraction; a late payment goes into the bucket of its own time.
/// </summary>
/// <remarks>
/// Buckets start one second wide, so windows are exact. A history that would outgrow its bound widens its
/// buckets (to a minute, to an hour, ...), which bounds memory and work per key whatever its traffic; its
/// windows are then exact to that width. Not thread-safe.
/// </remarks>
internal sealed partial class EventHistory
{
    // 44 days (30, the label delay and the lateness) are 1,056 hours: six hours fit every default bound.
    private static readonly int[] Widths = [1, 60, 3_600, 6 * 3_600, 86_400];

    private Bucket[] _buckets = new Bucket[4];
    private int _first;
    private int _end;
    private byte _width;

    public int BucketCount => _end - _first;

    public int WidthSeconds => Widths[_width];

    public int Capacity => _buckets.Length;

    /// <summary>Event time of the newest bucket in seconds; meaningful when there is one.</summary>
    public long NewestSeconds => _buckets[_end - 1].Start;

    /// <summary>Adds to the bucket of that time; counts may be zero when only a label came.</summary>
    public void Add(long seconds, int count, long amountMinor, int frauds, int maxBuckets, long retentionSeconds)
    {
        var start = seconds - (seconds % Widths[_width]);
        if (BucketCount > 0 && start < NewestSeconds - retentionSeconds)
        {
            // So late that no window of any later payment reaches it.
            return;
        }

        var index = IndexAfter(start) - 1;
        if (index < _first || _buckets[index].Start != start)
        {
            index = Insert(index + 1, start, maxBuckets, retentionSeconds);
            if (index < 0)
            {
                // The history widened its buckets to make room: place it anew.
                Add(seconds, count, amountMinor, frauds, maxBuckets, retentionSeconds);
                return;
            }
        }

        for (var i = index; i < _end; i++)
        {
            _buckets[i].Count += count;
            _buckets[i].Amount += amountMinor;
            _buckets[i].Frauds += frauds;
        }
    }

    /// <summary>What happened in (from, to], in seconds since 1970.</summary>
    public WindowSums Window(long fromExclusive, long toInclusive)
    {
        var last = IndexAfter(toInclusive) - 1;
        var before = IndexAfter(fromExclusive) - 1;
        if (last < _first)
        {
            return default;
        }

        ref readonly var upper = ref _buckets[last];
        if (before < _first)
        {
            return new WindowSums(upper.Count - _base.Count, upper.Frauds - _base.Frauds, upper.Amount - _base.Amount);
        }

        ref readonly var lower = ref _buckets[before];
        return new WindowSums(upper.Count - lower.Count, upper.Frauds - lower.Frauds, upper.Amount - lower.Amount);
    }

    /// <summary>Start of the newest bucket with a payment at or before a time; false when there is none.</summary>
    public bool TryLastAtOrBefore(long seconds, out long start)
    {
        // A label that came before its payment makes a bucket without one: sums that do not grow. They are rare.
        var index = IndexAfter(seconds) - 1;
        while (index >= _first && _buckets[index].Count == (index > _first ? _buckets[index - 1] : _base).Count)
        {
            index--;
        }

        start = index >= _first ? _buckets[index].Start : 0;
        return index >= _first;
    }

    /// <summary>
    /// The latest time whose window holds nothing younger: the time itself as long as buckets are exact, up to a
    /// bucket earlier when they are wide. For labels, which must not be used before they are known.
    /// </summary>
    public long NothingYoungerThan(long seconds) => seconds - (WidthSeconds - 1);

    /// <summary>
    /// Writes the buckets: what was dropped from the front leaves no trace, so equal histories give equal bytes.
    /// </summary>
    public void WriteTo(StateWriter writer)
    {
        writer.Byte(_width);
        writer.Unsigned((ulong)BucketCount);
        var previous = _base;
        previous.Start = 0;
        for (var i = _first; i < _end; i++)
        {
            ref readonly var bucket = ref _buckets[i];
            writer.Signed((bucket.Start - previous.Start) / Widths[_width]);
            writer.Signed(bucket.Count - previous.Count);
            writer.Signed(bucket.Amount - previous.Amount);
            writer.Signed(bucket.Frauds - previous.Frauds);
            previous = bucket;
        }
    }

    /// <exception cref="CorruptStateException">The state holds what no history can be.</exception>
    public static EventHistory ReadFrom(ref StateReader reader)
    {
        var (width, count) = ReadHead(ref reader);
        var history = new EventHistory { _width = width, _end = count, _buckets = new Bucket[Math.Max(4, count)] };
        Bucket bucket = default;
        for (var i = 0; i < count; i++)
        {
            bucket.Start += reader.Signed() * Widths[width];
            bucket.Count += (int)reader.Signed();
            bucket.Amount += reader.Signed();
            bucket.Frauds += (int)reader.Signed();
            history._buckets[i] = bucket;
        }

        return history;
    }

    /// <summary>Of what <see cref="WriteTo"/> wrote: <see cref="NewestSeconds"/>; null when there is no bucket.</summary>
    /// <exception cref="CorruptStateException">The state holds what no history can be.</exception>
    public static long? ReadNewest(ref StateReader reader)
    {
        var (width, count) = ReadHead(ref reader);
        long start = 0;
        for (var i = 0; i < count; i++)
        {
            start += reader.Signed() * Widths[width];
            reader.Signed();
            reader.Signed();
            reader.Signed();
        }

        return count == 0 ? null : start;
    }

    /// <summary>Adds all that another history counted: the sum of two that turned out to be of one key.</summary>
    public void AddAll(EventHistory other)
    {
        // Only joined, never cut: the next payment applies its bounds.
        const long everything = long.MaxValue / 2;
        while (_width < other._width)
        {
            Widen();
        }

        var previous = other._base;
        for (var i = other._first; i < other._end; i++)
        {
            var bucket = other._buckets[i];
            Add(
                bucket.Start, bucket.Count - previous.Count, bucket.Amount - previous.Amount, bucket.Frauds - previous.Frauds,
                int.MaxValue, everything);
            previous = bucket;
        }
    }

    /// <summary>Takes a payment back that turned out to have been counted before.</summary>
    public void Remove(long seconds, long amountMinor)
    {
        var start = seconds - (seconds % Widths[_width]);
        var index = IndexAfter(start) - 1;
        if (index < _first || _buckets[index].Start != start)
        {
            // Dropped as too old meanwhile.
            return;
        }

        for (var i = index; i < _end; i++)
        {
            _buckets[i].Count--;
            _buckets[i].Amount -= amountMinor;
        }

        ref readonly var previous = ref index > _first ? ref _buckets[index - 1] : ref _base;
        if (_buckets[index].Count == previous.Count && _buckets[index].Frauds == previous.Frauds)
        {
            Array.Copy(_buckets, index + 1, _buckets, index, _end - index - 1);
            _end--;
        }
    }

    private static (byte Width, int Count) ReadHead(ref StateReader reader)
    {
        var width = reader.Byte();
        var count = (int)reader.Unsigned();
        return width < Widths.Length && count >= 0
            ? (width, count)
            : throw new CorruptStateException($"history: expected a width below {Widths.Length}, found {width}");
    }

    // Sums of the buckets that were dropped from the front.
    private Bucket _base;

    /// <summary>Index of the first bucket that starts after the time.</summary>
    private int IndexAfter(long seconds)
    {
        int low = _first, high = _end;
        // Most payments are the newest of their key.
        if (high > low && _buckets[high - 1].Start <= seconds)
        {
            return high;
        }

        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_buckets[middle].Start <= seconds)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Makes an empty bucket at the index; -1 when buckets were merged and the place has to be found again.</summary>
    private int Insert(int index, long start, int maxBuckets, long retentionSeconds)
    {
        if (index == _end)
        {
            DropBefore(start - retentionSeconds);
        }

        if (BucketCount >= maxBuckets && _width < Widths.Length - 1)
        {
            Widen();
            return -1;
        }

        if (_end == _buckets.Length)
        {
            index -= MakeRoom();
        }

        index = Math.Max(index, _first);
        Array.Copy(_buckets, index, _buckets, index + 1, _end - index);
        _end++;
        var previous = index > _first ? _buckets[index - 1] : _base;
        previous.Start = start;
        _buckets[index] = previous;
        return index;
    }

    private void DropBefore(long oldest)
    {
        while (_first < _end && _buckets[_first].Start < oldest)
        {
            _base = _buckets[_first++];
        }
    }

    /// <summary>Slides or grows; returns by how much positions moved towards the front.</summary>
    private int MakeRoom()
    {
        var moved = _first;
        var length = BucketCount;
        // Sliding costs a copy; with a quarter of the array free it happens seldom enough.
        var target = _first >= _buckets.Length / 4 ? _buckets : new Bucket[_buckets.Length * 2];
        Array.Copy(_buckets, _first, target, 0, length);
        _buckets = target;
        _first = 0;
        _end = length;
        return moved;
    }

    private void Widen()
    {
        var width = Widths[++_width];
        var write = _first;
        for (var read = _first; read < _end; read++)
        {
            var bucket = _buckets[read];
            bucket.Start -= bucket.Start % width;
            // Sums are cumulative: the later of two merged buckets holds both.
            if (write > _first && _buckets[write - 1].Start == bucket.Start)
            {
                write--;
            }

            _buckets[write++] = bucket;
        }

        _end = write;
    }
}

/// <summary>Sums over a window.</summary>
/// <param name="Amount">In minor units.</param>
internal readonly record struct WindowSums(int Count, int Frauds, long Amount);
