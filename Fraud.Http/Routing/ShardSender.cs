using Fraud.Model.Snapshots;
using Fraud.Stream.Shards;

namespace Fraud.Http.Routing;

/// <summary>What waits for one shard and is on its way there. Thread-safe.</summary>
/// <param name="most">Messages on their way at a time.</param>
/// <param name="share">Payments while it is silent: a probe, which takes no room from the shards that answer.</param>
internal sealed class ShardSender(int shard, int most, int share, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<WaitingPayment> _waiting = new();
    private int _places = most;
    private int _held;
    private long _unansweredSince;
    private bool _isUnanswered;
    private bool _isSilent;

    public int Shard => shard;

    /// <summary>False when the shard is silent and has its share.</summary>
    public bool TryAdd(RoutedPayment payment, int attempt)
    {
        lock (_gate)
        {
            if (_held >= share && IsSilent)
            {
                return false;
            }

            _held++;
            payment.Enqueued();
            _waiting.Enqueue(new WaitingPayment(payment, attempt));
            return true;
        }
    }

    /// <summary>Makes a message of what waits, up to the size of one.</summary>
    /// <param name="message">Null when nothing is to be sent now.</param>
    /// <param name="dropped">Payments that nobody waits for any more; they gave their room back.</param>
    /// <returns>False when nothing changed.</returns>
    public bool TryTake(StateWriter writer, ulong number, out SentPayments? message, out int dropped)
    {
        lock (_gate)
        {
            message = null;
            dropped = 0;
            if (_places == 0 || _waiting.Count == 0)
            {
                return false;
            }

            var now = time.GetTimestamp();
            var payments = new List<WaitingPayment>();
            ForwardCodec.BeginRequest(writer, number);
            while (ForwardCodec.HasRoom(writer, payments.Count) && _waiting.TryDequeue(out var next))
            {
                if (ForwardCodec.TryWrite(writer, next.Payment, now, time))
                {
                    payments.Add(next);
                }
                else
                {
                    dropped++;
                }

                next.Payment.Dequeued();
            }

            _held -= dropped;
            if (payments.Count > 0)
            {
                _places--;
                _unansweredSince = _isUnanswered ? _unansweredSince : now;
                _isUnanswered = true;
                message = new SentPayments(this, number, payments, writer.End().ToArray(), now);
            }

            return true;
        }
    }

    /// <summary>A message is silent: the next one may go. False when it made way before.</summary>
    /// <param name="isFirst">The shard answered until then.</param>
    public bool MakeWay(SentPayments message, out bool isFirst)
    {
        lock (_gate)
        {
            isFirst = false;
            if (!message.HasPlace)
            {
                return false;
            }

            message.HasPlace = false;
            _places++;
            isFirst = IsSilent && !_isSilent;
            _isSilent |= isFirst;
            return true;
        }
    }

    /// <summary>A message is over.</summary>
    /// <returns>Whether the shard was said to be silent, and answers again.</returns>
    public bool End(SentPayments message, bool isAnswered)
    {
        lock (_gate)
        {
            _held -= message.Count;
            _places += message.HasPlace ? 1 : 0;
            message.HasPlace = false;
            if (!isAnswered)
            {
                return false;
            }

            var wasSilent = _isSilent;
            _isSilent = false;
            _isUnanswered = false;
            return wasSilent;
        }
    }

    // Its first message since an answer has had time enough.
    private bool IsSilent => _isUnanswered && time.GetElapsedTime(_unansweredSince) >= PaymentAttempts.Silence;
}
