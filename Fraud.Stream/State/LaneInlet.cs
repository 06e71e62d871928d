using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Fraud.Stream.Batching;
using Fraud.Stream.Overload;
using Fraud.Stream.Poison;
using Fraud.Stream.Shards;

namespace Fraud.Stream.State;

/// <summary>
/// The mouth of a lane: a bounded queue of what comes over HTTP, markers among it, and the source that its graph draws micro-batches from. Batches are
/// made when the graph asks: of all that waits then, so they grow with the load and no payment waits for company. A payment that graphs
/// failed with is a batch of its own, and one that is poison is refused here, before anything counts it.
/// </summary>
/// <remarks>Offers: any thread. Each source has one reader, the graph that was built on it.</remarks>
public sealed class LaneInlet(
    MicroBatchPool batches,
    OverloadOptions overload,
    AdmissionGate gate,
    InFlight inFlight,
    PoisonSuspects poison)
{
    // The gate admits no more payments than this, and a shard has at most an opening, a snapshot and a hand-over on its way.
    private readonly Channel<Payment> _http = Channel.CreateUnbounded<Payment>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Lock _filling = new();
    private bool _hasEnded;
    private int _waiting;

    /// <summary>Payments that wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public bool TryOffer(Payment payment)
    {
        if (Interlocked.Increment(ref _waiting) <= overload.QueueCapacity && _http.Writer.TryWrite(payment))
        {
            return true;
        }

        Interlocked.Decrement(ref _waiting);
        return false;
    }

    /// <summary>
    /// Lets a marker in, behind the payments over HTTP that wait, so that a shard that is handed over has finished them. What waits of
    /// Kafka it overtakes: the next owner reads it. False when the lane ended.
    /// </summary>
    public bool TrySend(ShardMarker marker) => _http.Writer.TryWrite(new Payment { Marker = marker });

    /// <summary>No more will come; what waits goes through.</summary>
    public void Complete()
    {
        _http.Writer.TryComplete();
    }

    /// <summary>Micro-batches of what came over HTTP, and markers. Their payments are in flight until they are answered.</summary>
    public async IAsyncEnumerable<MicroBatch> HttpBatches([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (await _http.Reader.WaitToReadAsync(cancellation))
        {
            if (Fill() is { } batch)
            {
                yield return batch;
            }
        }
    }

    /// <summary>Ends the sources, also for a reader that is still awake, and gives what they never took.</summary>
    public IReadOnlyList<Payment> TakeUnfinished()
    {
        Complete();
        // A reader that was woken by a payment runs on a thread of the pool, which does not end with the graph.
        lock (_filling)
        {
            _hasEnded = true;
            var left = new List<Payment>();
            while (_http.Reader.TryRead(out var payment))
            {
                if (payment.Marker is null)
                {
                    left.Add(payment);
                }
            }

            return left;
        }
    }

    private MicroBatch? Fill()
    {
        lock (_filling)
        {
            return _hasEnded ? null : FillOne();
        }
    }

    private MicroBatch? FillOne()
    {
        var batch = batches.Rent();
        if (_http.Reader.TryPeek(out var first) && first.Marker is { } marker)
        {
            _http.Reader.TryRead(out _);
            batch.Marker = marker;
            return batch;
        }

        inFlight.Add(batch);
        while (!batch.IsFull && !batch.IsAlone && _http.Reader.TryPeek(out var next) && next.Marker is null)
        {
            var suspicion = poison.Of(next);
            if ((suspicion == Suspicion.Suspected && batch.Count > 0) || !_http.Reader.TryRead(out var payment))
            {
                break;
            }

            Interlocked.Decrement(ref _waiting);
            if (suspicion == Suspicion.Poison)
            {
                gate.RefusePoison(payment);
                continue;
            }

            payment.IsSuspect = suspicion == Suspicion.Suspected;
            gate.Return(batch.Swap(payment));
        }

        if (batch.Count > 0)
        {
            return batch;
        }

        inFlight.Remove(batch);
        batch.Release();
        return null;
    }
}
