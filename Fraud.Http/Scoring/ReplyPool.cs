using System.Collections.Concurrent;
using Fraud.Http.Deadlines;
using Fraud.Stream.Overload;

namespace Fraud.Http.Scoring;

/// <summary>
/// Replies for use again, and the one sweep that ends those past their deadline: a timer a request would cost
/// more than the request.
/// </summary>
internal sealed class ReplyPool : IDisposable
{
    // A deadline is kept to within this.
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<PendingReply> _idle = new();
    private readonly ConcurrentQueue<(PendingReply Reply, long Deadline)> _waiting = new();
    private readonly EarlyDeadlines _early;
    private readonly ITimer _sweep;
    private readonly OverloadOptions _options;
    private readonly long _deadlineTicks;

    public ReplyPool(AdmissionGate gate, OverloadOptions options, TimeProvider time)
    {
        Gate = gate;
        Time = time;
        _options = options;
        _deadlineTicks = (long)(options.Deadline.TotalSeconds * time.TimestampFrequency);
        _early = new EarlyDeadlines(time);
        _sweep = time.CreateTimer(_ => Sweep(), null, SweepEvery, SweepEvery);
    }

    public AdmissionGate Gate { get; }

    public TimeProvider Time { get; }

    /// <summary>The timestamp until which a caller that waits so long is answered; 0 for one that does not say.</summary>
    public long DeadlineIn(TimeSpan timeout) => timeout == TimeSpan.Zero
        ? 0
        : Time.GetTimestamp() + Math.Min(_deadlineTicks, (long)(timeout.TotalSeconds * Time.TimestampFrequency));

    /// <param name="deadline">Of <see cref="DeadlineIn"/>; 0 for the service's own.</param>
    public PendingReply Rent(int payments, long deadline = 0)
    {
        if (!_idle.TryDequeue(out var reply))
        {
            reply = new PendingReply(this);
        }

        reply.Start(payments, deadline == 0 ? Time.GetTimestamp() + _deadlineTicks : deadline, deadline != 0);
        return reply;
    }

    /// <summary>Watches the deadline of an admitted request.</summary>
    public void Watch(PendingReply reply)
    {
        if (reply.IsCallersDeadline)
        {
            _early.Add(reply);
        }
        else
        {
            _waiting.Enqueue((reply, reply.Deadline));
        }
    }

    public void Return(PendingReply reply)
    {
        if (_idle.Count < _options.QueueCapacity)
        {
            _idle.Enqueue(reply);
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        _early.Dispose();
    }

    // The service's own deadlines are in order of arrival: only the front is looked at. Its length is bounded by the requests of
    // one deadline. A reply in use again by then has another deadline and is not the one that was meant.
    private void Sweep()
    {
        var now = Time.GetTimestamp();
        while (_waiting.TryPeek(out var oldest) && oldest.Deadline <= now && _waiting.TryDequeue(out oldest))
        {
            if (oldest.Reply.Deadline == oldest.Deadline)
            {
                oldest.Reply.Expire();
            }
        }
    }
}
