using System.Collections.Concurrent;
using Fraud.Model;
using Fraud.Model.History;
using Fraud.Stream.Batching;
using Fraud.Stream.Overload;
using Fraud.Stream.Scoring;

namespace Fraud.Stream.State;

/// <summary>
/// Gives each payment its features, in order. One thread serves a fixed set of shards, so payments
/// of one card never overtake each other here, whichever way they came in.
/// </summary>
/// <remarks>
/// Payments over HTTP go first, because somebody waits for them; after each such batch Kafka gets
/// its turn, so neither starves the other. A payment of a shard that is not open here goes through the graph
/// marked as fenced: nobody counts or stores it.
/// </remarks>
public sealed class ShardLane
{
    private readonly WakeSignal _wake = new();
    private readonly StageQueue<Payment> _http;
    private readonly StageQueue<MicroBatch> _kafka;
    private readonly ConcurrentQueue<Action> _errands = new();
    private readonly Profile _profile;
    private readonly ShardProgress _progress;
    private readonly CardLoader _loader;
    private readonly MicroBatchPool _batches;
    private readonly Action<Payment> _recycle;
    private readonly TimeProvider _time;
    private readonly Action<Payment> _expire;
    private readonly KafkaPace _pace;
    private readonly BatchInlet _next;
    private readonly HashSet<ShortText> _wanted = [];
    private MicroBatch? _filling;

    // Until Kafka's next batch may be taken; zero when nothing holds it back.
    private TimeSpan _rest;

    /// <param name="recycle">Takes the empty payments that HTTP payments were swapped against.</param>
    /// <param name="expire">Ends payments over HTTP whose deadline passed before they were counted.</param>
    /// <param name="pace">How quickly Kafka's batches may be taken.</param>
    public ShardLane(
        Profile profile,
        ShardProgress progress,
        CardLoader loader,
        MicroBatchPool batches,
        Action<Payment> recycle,
        BatchInlet next,
        int httpCapacity,
        int kafkaCapacity,
        TimeProvider time,
        Action<Payment> expire,
        KafkaPace pace)
    {
        _profile = profile;
        _progress = progress;
        _loader = loader;
        _batches = batches;
        _recycle = recycle;
        _time = time;
        _expire = expire;
        _pace = pace;
        _next = next;
        _http = new StageQueue<Payment>(httpCapacity, _wake);
        _kafka = new StageQueue<MicroBatch>(kafkaCapacity, _wake);
        next.Bulk.Writable = _wake;
    }

    public int WaitingPayments => _http.Count;

    public int WaitingBatches => _kafka.Count;

    public bool TryOffer(Payment payment) => _http.TryWrite(payment);

    public bool TryOffer(MicroBatch batch) => _kafka.TryWrite(batch);

    /// <summary>Runs something on the lane's thread, between two batches: no payment of the lane's shards is counted meanwhile.</summary>
    public void Post(Action errand)
    {
        _errands.Enqueue(errand);
        _wake.Set();
    }

    /// <summary>No more will come; <see cref="Run"/> finishes what is waiting.</summary>
    public void Complete()
    {
        _http.Complete();
        _kafka.Complete();
    }

    /// <summary>Payments over HTTP that a lane which failed still holds. Only after its thread ended.</summary>
    internal IEnumerable<Payment> TakeUnfinished()
    {
        while (_http.TryRead(out var payment))
        {
            yield return payment;
        }

        foreach (var payment in _filling?.Payments.ToArray() ?? [])
        {
            yield return payment;
        }
    }

    public void Run(CancellationToken cancellation)
    {
        // A bulk batch that found the next queue full is held here, so that HTTP need not wait behind it.
        MicroBatch? held = null;
        while (true)
        {
            if (held is null)
            {
                // They may wait for the shard's payments to be stored, and what is held here cannot be.
                RunErrands();
            }

            var worked = ServeHttp(cancellation);
            worked |= ServeKafka(ref held);
            if (worked)
            {
                continue;
            }

            _wake.Arm();
            if ((held is null && !_errands.IsEmpty) || ServeHttp(cancellation) | ServeKafka(ref held))
            {
                continue;
            }

            if (held is null && _http.IsEnded && _kafka.IsEnded)
            {
                RunErrands();
                return;
            }

            if (_rest > TimeSpan.Zero)
            {
                _wake.Wait(_rest, cancellation);
            }
            else
            {
                _wake.Wait(cancellation);
            }
        }
    }

    private void RunErrands()
    {
        while (_errands.TryDequeue(out var errand))
        {
            errand();
        }
    }

    private bool ServeHttp(CancellationToken cancellation)
    {
        if (!_http.TryRead(out var payment))
        {
            return false;
        }

        var batch = _filling = _batches.Rent();
        var now = _time.GetTimestamp();
        do
        {
            // Here and nowhere later: from the profile on a payment counts, and what counts is stored.
            if (payment.Deadline != 0 && payment.Deadline <= now)
            {
                _expire(payment);
                continue;
            }

            // In the batch first: a failure then finds it there.
            _recycle(batch.Swap(payment));
        }
        while (!batch.IsFull && _http.TryRead(out payment));

        if (batch.Count == 0)
        {
            _filling = null;
            batch.Release();
            return true;
        }

        foreach (var each in batch.Payments)
        {
            _progress.Enter(each.Shard, 1);
            Observe(each);
        }

        _next.Express.Write(batch, cancellation);
        _filling = null;
        return true;
    }

    private bool ServeKafka(ref MicroBatch? held)
    {
        if (held is null)
        {
            _rest = TimeSpan.Zero;
            if (!_kafka.TryPeek(out var next) || !_pace.TryTake(next.Count, out _rest) || !_kafka.TryRead(out held))
            {
                return false;
            }

            _progress.Enter(held.KafkaPartition, held.Count);
            FetchCards(held);
            foreach (var payment in held.Payments)
            {
                Observe(payment);
            }
        }

        if (!_next.Bulk.TryWrite(held))
        {
            return false;
        }

        held = null;
        return true;
    }

    private void Observe(Payment payment)
    {
        if (payment.Trace is not { } trace)
        {
            Count(payment);
            return;
        }

        trace.Taken();
        Count(payment);
        trace.Featured();
    }

    private void Count(Payment payment)
    {
        if (_profile.CardsOf(payment.Shard) is not { } cards)
        {
            payment.State = PaymentState.Fenced;
            return;
        }

        while (payment.State == PaymentState.Received)
        {
            switch (_profile.Observe(payment.Shard, payment.Transaction, payment.Features))
            {
                case Observation.Counted:
                    payment.IsCounted = true;
                    return;
                case Observation.Repeated:
                    payment.State = PaymentState.Duplicate;
                    return;
                default:
                    _loader.Load(payment.Shard, cards, [payment.Transaction.CardId]);
                    break;
            }
        }
    }

    /// <summary>Brings back in one look what a batch needs from the store; usually nothing.</summary>
    private void FetchCards(MicroBatch batch)
    {
        if (_profile.CardsOf(batch.KafkaPartition) is not { AwayCount: > 0 } cards)
        {
            return;
        }

        _wanted.Clear();
        foreach (var payment in batch.Payments)
        {
            if (payment.State == PaymentState.Received && cards.IsAway(payment.Transaction.CardId))
            {
                _wanted.Add(payment.Transaction.CardId);
            }
        }

        if (_wanted.Count > 0)
        {
            _loader.Load(batch.KafkaPartition, cards, _wanted);
        }
    }
}
