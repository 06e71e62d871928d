using Confluent.Kafka;

namespace Fraud.Stream.Kafka;

/// <summary>
/// Notices a partition whose log goes on while the client gives none of its records. The client is then replaced: another one asks
/// again who leads the partition.
/// </summary>
/// <remarks>
/// Seen in four of ten runs of the fault leader-change: five of six partitions went on, and nothing was said of the sixth. A log may also end
/// with what is no record, such as the marks of transactions, so the wait doubles each time that a new client gives nothing either.
/// For the consumer's thread.
/// </remarks>
internal sealed class StalledPartitions(Func<int, long?> endOf, TimeProvider time)
{
    /// <summary>Longer than the client takes to give what it has fetched of all other partitions before.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);

    /// <summary>What is no stall costs a new client this seldom.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, Watch> _watched = [];
    private long _lookedAt = time.GetTimestamp();

    /// <summary>Looks once a second.</summary>
    /// <param name="partitions">All that are read.</param>
    /// <param name="isPaused">Whether nothing is asked for a partition at the moment.</param>
    /// <exception cref="KafkaException">A partition stands still.</exception>
    public void Look(IReadOnlyCollection<AssignedPartition> partitions, Func<int, bool> isPaused)
    {
        if (time.GetElapsedTime(_lookedAt) < Interval)
        {
            return;
        }

        _lookedAt = time.GetTimestamp();
        foreach (var partition in partitions)
        {
            var number = partition.Partition;
            var isBehind = partition.Held == 0 && !isPaused(number) && endOf(number) > Math.Max(0, partition.Next);
            if (!_watched.TryGetValue(number, out var watch) || watch.Next != partition.Next || watch.Generation != partition.Generation)
            {
                watch = new Watch(partition.Generation, partition.Next, null, FirstWait);
            }

            watch = watch with { Since = isBehind ? watch.Since ?? _lookedAt : null };
            _watched[number] = watch;
            if (watch.Since is { } since && time.GetElapsedTime(since) >= watch.Wait)
            {
                _watched[number] = watch with { Since = null, Wait = watch.Wait * 2 < LongestWait ? watch.Wait * 2 : LongestWait };
                throw new KafkaException(new Error(
                    ErrorCode.Local_TimedOut, $"Partition {number} goes on behind offset {partition.Next}, and the client gave none of it for {watch.Wait.TotalSeconds:0} s"));
            }
        }
    }

    private readonly record struct Watch(long Generation, long Next, long? Since, TimeSpan Wait);
}
