using Fraud.Stream.Batching;
using Fraud.Stream.Kafka;

namespace Fraud.Stream.Overload;

/// <summary>
/// Holds Kafka back while payments over HTTP take longer than they should. Each moment with late answers lowers the rate
/// at which lanes take Kafka's batches by a fifth, each without raises it by a twenty-fifth, down to a rate that is never
/// refused. Without late answers, or without HTTP, there is no limit.
/// </summary>
/// <remarks>
/// Somebody waits for the one, and the other waits well: its partitions pause, and their backlog is worked off when the
/// front door is quieter. Where even the quickest answers take long, because the store does, holding Kafka back would help
/// nobody: late is then what takes several times as long as they. Thread-safe; asked once a batch.
/// </remarks>
public sealed class KafkaPace(OverloadOptions options, TimeProvider time)
{
    // Twenty answers at 200 a second, which is few enough to react within a second and enough to tell.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    // Answers that stay away for so long are not coming.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    // A fifth down and a twenty-fifth up meet where about one moment in six has late answers.
    private const double Down = 0.8;
    private const double Up = 1.04;

    // A thread sleeps for whole milliseconds and wakes late: what that costs is made up for, no more.
    private static readonly TimeSpan Credit = TimeSpan.FromMilliseconds(10);

    // So far above what comes that it holds nothing back.
    private const double Idle = 4;

    // Waiting for one commit that is under way and for one's own is twice; as much again for a turn on the processor.
    private const double Patience = 4;

    // Moments until what the quickest answers take is forgotten: a minute.
    private const double Memory = 600;

    private readonly Lock _gate = new();
    private long _momentAt;
    private long _answeredAt;
    private long _nextAt;
    private int _answered;
    private int _late;
    private int _taken;
    private TimeSpan _quickest = TimeSpan.MaxValue;
    private TimeSpan _usual;
    private double _limit = double.PositiveInfinity;

    /// <summary>Payments a second that lanes take from Kafka at most; infinite while nothing holds them back.</summary>
    public double Limit => Volatile.Read(ref _limit);

    /// <summary>Called for each payment over HTTP when its answer leaves.</summary>
    /// <param name="arrived">Its timestamp.</param>
    public void Answered(long arrived)
    {
        if (options.HttpLatencyTarget == TimeSpan.Zero)
        {
            return;
        }

        var now = time.GetTimestamp();
        var took = time.GetElapsedTime(arrived, now);
        lock (_gate)
        {
            _answeredAt = now;
            _answered++;
            _late += took > options.HttpLatencyTarget && took > Patience * _usual ? 1 : 0;
            _quickest = took < _quickest ? took : _quickest;
        }
    }

    /// <summary>Whether a batch from Kafka may go now; false with the wait until it may, in whole milliseconds.</summary>
    public bool TryTake(int payments, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (options.HttpLatencyTarget == TimeSpan.Zero)
        {
            return true;
        }

        lock (_gate)
        {
            var now = time.GetTimestamp();
            var elapsed = time.GetElapsedTime(_momentAt, now);
            if (elapsed >= Moment)
            {
                Judge(elapsed, time.GetElapsedTime(_answeredAt, now));
                (_momentAt, _answered, _late, _taken, _quickest) = (now, 0, 0, 0, TimeSpan.MaxValue);
            }

            if (now < _nextAt && double.IsFinite(_limit))
            {
                // Rounded down it would be no wait at all, and the thread would ask again and again.
                wait = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(time.GetElapsedTime(now, _nextAt).TotalMilliseconds)));
                return false;
            }

            _taken += payments;
            _nextAt = double.IsFinite(_limit)
                ? Math.Max(_nextAt, now - (long)(Credit.TotalSeconds * time.TimestampFrequency))
                    + (long)(payments / _limit * time.TimestampFrequency)
                : 0;
            return true;
        }
    }

    /// <summary>Takes a batch as soon as it may go.</summary>
    public async Task<MicroBatch> Hold(CommittableBatch read)
    {
        while (!TryTake(read.Batch.Count, out var wait))
        {
            await Task.Delay(wait, time);
        }

        return read.Batch;
    }

    private void Judge(TimeSpan elapsed, TimeSpan silence)
    {
        if (silence > Quiet || elapsed > Quiet)
        {
            // Nobody waits, or nothing came from Kafka that could have been in the way.
            Volatile.Write(ref _limit, double.PositiveInfinity);
            return;
        }

        if (_answered > 0)
        {
            // Down at once, up slowly: a moment in which all are late says nothing of what is possible.
            _usual = _quickest < _usual || _usual == TimeSpan.Zero ? _quickest : _usual + ((_quickest - _usual) / Memory);
        }

        var rate = _taken / elapsed.TotalSeconds;
        var limit = _limit;
        // One late answer in a hundred is what the target allows.
        if (_late * 100 > _answered)
        {
            // Whole batches come a little slower than they may; far slower, and the limit is not what is in the way.
            limit = Math.Max(options.KafkaLeastRate, Down * (double.IsFinite(limit) ? Math.Min(limit, 2 * rate) : rate));
        }
        else if (_answered > 0)
        {
            limit *= Up;
        }

        Volatile.Write(ref _limit, limit > Idle * Math.Max(rate, options.KafkaLeastRate) ? double.PositiveInfinity : limit);
    }
}
