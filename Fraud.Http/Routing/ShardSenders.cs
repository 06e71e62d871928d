using System.Collections.Concurrent;
using Akka.Actor;
using Fraud.Model.Snapshots;
using Fraud.Stream.Shards;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Routing;

/// <summary>
/// Sends payments through the region to the nodes that have their shards open, and takes the answers. What waits for one shard goes
/// together the moment a message may go out, so messages grow with the load and no payment waits for company. Thread-safe.
/// </summary>
/// <remarks>
/// Bounded here, because Akka.Remote's buffer is not: a payment holds its room from <see cref="TryAdd"/> until its message is answered or
/// past its deadline. A message that is silent makes way for the next one of its shard, and keeps its room.
/// </remarks>
internal sealed class ShardSenders : IDisposable
{
    // Deadlines and silence are kept to within this.
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMilliseconds(50);

    [ThreadStatic]
    private static StateWriter? writer;

    private readonly ConcurrentDictionary<ulong, SentPayments> _sent = new();
    private readonly ShardSender[] _shards;
    private readonly ShardRegionRef _region;
    private readonly RoutingOptions _options;
    private readonly RoutingMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<ShardSenders> _log;
    private readonly ITimer _sweep;
    private ulong _number;
    private int _inFlight;

    public ShardSenders(
        ShardDirectory directory, ShardRegionRef region, RoutingOptions options, RoutingMetrics metrics, TimeProvider time, ILogger<ShardSenders> log)
    {
        _region = region;
        _options = options;
        _metrics = metrics;
        _time = time;
        _log = log;
        // Of a silent shard no more than this, so that a node that died does not use up the room of those that answer.
        var share = Math.Max(1, options.QueueCapacity / directory.Shards);
        _shards = [.. Enumerable.Range(0, directory.Shards).Select(shard => new ShardSender(shard, options.RequestsInFlight, share, time))];
        metrics.ObserveWaiting(() => InFlight);
        _sweep = time.CreateTimer(_ => Sweep(), null, SweepEvery, SweepEvery);
    }

    /// <summary>Who is told of answers: an actor that calls <see cref="Answered"/>.</summary>
    public IActorRef ReplyTo { get; set; } = ActorRefs.Nobody;

    /// <summary>There is a region, so another node may have a shard that is not open here.</summary>
    public bool CanSend => _region.Region is not null;

    /// <summary>Payments on their way, or waiting for it.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Lets a payment wait for the next message to its shard, which <see cref="Send"/> makes. False when there is no room.</summary>
    public bool TryAdd(RoutedPayment payment, int attempt)
    {
        if (Interlocked.Increment(ref _inFlight) <= _options.QueueCapacity && _shards[payment.Shard].TryAdd(payment, attempt))
        {
            return true;
        }

        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    /// <summary>Sends what waits for a shard, as far as its messages on their way allow.</summary>
    public void Send(int shard)
    {
        while (_shards[shard].TryTake(writer ??= new StateWriter(), Interlocked.Increment(ref _number), out var message, out var dropped))
        {
            Interlocked.Add(ref _inFlight, -dropped);
            if (message is null)
            {
                return;
            }

            if (_region.Region is { } region)
            {
                // Before it is sent: the answer may come at once.
                _sent[message.Number] = message;
                region.Tell(new ScorePayments(shard, message.Bytes), ReplyTo);
            }
            else
            {
                message.RefuseAll(RouteOutcome.NoOwner);
                _metrics.Forwarded(RouteOutcome.NoOwner, message.Count);
                Free(message, isAnswered: false);
            }
        }
    }

    /// <summary>An answer came, or a part of one. Those that nobody waits for any more are dropped.</summary>
    public void Answered(ReadOnlyMemory<byte> answers)
    {
        try
        {
            var counts = default(OutcomeCounts);
            if (ForwardCodec.ReadAnswers(answers.Span, _sent.GetValueOrDefault, _time, ref counts) is not { } message)
            {
                return;
            }

            counts.Report(_metrics.Forwarded);
            if (message.Unanswered == 0 && _sent.TryRemove(KeyValuePair.Create(message.Number, message)))
            {
                _metrics.Request(_time.GetElapsedTime(message.SentAt), message.Count);
                if (Free(message, isAnswered: true))
                {
                    RoutingLog.ShardAnswers(_log, message.Sender.Shard);
                }
            }
        }
        catch (CorruptStateException error)
        {
            RoutingLog.AnswerNotUnderstood(_log, error.Message);
        }
    }

    public void Dispose() => _sweep.Dispose();

    private void Sweep()
    {
        if (_sent.IsEmpty)
        {
            return;
        }

        var now = _time.GetTimestamp();
        foreach (var (_, message) in _sent)
        {
            if (message.Deadline <= now)
            {
                if (_sent.TryRemove(KeyValuePair.Create(message.Number, message)))
                {
                    _metrics.Forwarded(RouteOutcome.Late, message.Unanswered);
                    Free(message, isAnswered: false);
                }
            }
            else if (_time.GetElapsedTime(message.SentAt, now) >= PaymentAttempts.Silence && message.Sender.MakeWay(message, out var isFirst))
            {
                if (isFirst)
                {
                    RoutingLog.ShardSilent(_log, message.Sender.Shard);
                }

                Send(message.Sender.Shard);
            }
        }
    }

    /// <summary>Gives its room back, and sends what waited for it.</summary>
    /// <returns>Whether its shard was silent.</returns>
    private bool Free(SentPayments message, bool isAnswered)
    {
        Interlocked.Add(ref _inFlight, -message.Count);
        var wasSilent = message.Sender.End(message, isAnswered);
        Send(message.Sender.Shard);
        return wasSilent;
    }
}
