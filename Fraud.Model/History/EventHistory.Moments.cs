namespace Fraud.Model.History;

/// <summary>What no sum over a window tells: single buckets, and how known frauds follow each other.</summary>
internal sealed partial class EventHistory
{
    /// <summary>The newest buckets with payments in (from, to], oldest first: as many as there is room for.</summary>
    public ReadOnlySpan<Moment> Newest(long fromExclusive, long toInclusive, Span<Moment> room)
    {
        var free = room.Length;
        for (var index = IndexAfter(toInclusive) - 1;
             index >= _first && free > 0 && _buckets[index].Start > fromExclusive;
             index--)
        {
            var moment = MomentAt(index);
            if (moment.Count > 0)
            {
                room[--free] = moment;
            }
        }

        return room[free..];
    }

    /// <summary>First and last fraud in (from, to], and the sums from the first one on; false when there is none.</summary>
    public bool TryFrauds(long fromExclusive, long toInclusive, out FraudSpan frauds)
    {
        frauds = default;
        var (after, end) = (IndexAfter(fromExclusive), IndexAfter(toInclusive));
        if (end <= after)
        {
            return false;
        }

        var before = after > _first ? _buckets[after - 1] : _base;
        ref readonly var upper = ref _buckets[end - 1];
        if (upper.Frauds <= before.Frauds)
        {
            return false;
        }

        var first = FirstWithMore(before.Frauds, after, end);
        var last = FirstWithMore(upper.Frauds - 1, first, end);
        var beforeFirst = first > _first ? _buckets[first - 1] : _base;
        frauds = new FraudSpan(
            _buckets[first].Start, _buckets[last].Start, upper.Count - beforeFirst.Count, upper.Frauds - beforeFirst.Frauds);
        return true;
    }

    /// <summary>
    /// The unbroken run of frauds that ends with the newest payment in (from, to]: nothing when that one is legitimate.
    /// </summary>
    /// <param name="mostBuckets">Looks at no more: bounds the work.</param>
    public FraudStreak Streak(long fromExclusive, long toInclusive, int mostBuckets)
    {
        var streak = default(FraudStreak);
        for (var index = IndexAfter(toInclusive) - 1;
             index >= _first && mostBuckets > 0 && _buckets[index].Start > fromExclusive;
             index--, mostBuckets--)
        {
            var moment = MomentAt(index);
            if (moment.Frauds < moment.Count)
            {
                break;
            }

            // A label without its payment neither breaks nor lengthens the run.
            if (moment.Count > 0)
            {
                streak = new FraudStreak(streak.Payments + moment.Count, moment.Start, streak.Amount + moment.Amount);
            }
        }

        return streak;
    }

    private Moment MomentAt(int index)
    {
        ref readonly var bucket = ref _buckets[index];
        ref readonly var previous = ref index > _first ? ref _buckets[index - 1] : ref _base;
        return new Moment(
            bucket.Start, bucket.Count - previous.Count, bucket.Frauds - previous.Frauds, bucket.Amount - previous.Amount);
    }

    /// <summary>First bucket in [low, high) whose sum of frauds exceeds a number; the sums never fall.</summary>
    private int FirstWithMore(int frauds, int low, int high)
    {
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_buckets[middle].Frauds > frauds)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}

/// <summary>What one bucket holds by itself: a second's payments, or those of its width.</summary>
/// <param name="Amount">In minor units.</param>
internal readonly record struct Moment(long Start, int Count, int Frauds, long Amount)
{
    public double Average(int minorUnits) => (double)Amount / minorUnits / Count;
}

/// <param name="First">Start of the bucket of the first fraud, seconds since 1970.</param>
/// <param name="Payments">From the first fraud on, itself included.</param>
internal readonly record struct FraudSpan(long First, long Last, int Payments, int Frauds);

/// <param name="Start">Of the bucket of its first payment, seconds since 1970; meaningful when there are payments.</param>
/// <param name="Amount">In minor units.</param>
internal readonly record struct FraudStreak(int Payments, long Start, long Amount);
