using System.Numerics;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Stream.Batching;
using Fraud.Stream.Scoring;

namespace Fraud.Stream.Shadow;

/// <summary>
/// What one scoring thread decided, copied for the shadow models. Bounded; when it is full the newest are dropped and
/// counted. Nobody ever waits here, and nobody is woken: the reader looks by itself.
/// </summary>
/// <remarks>
/// One writer and one reader, without a lock: the reader runs at low priority, and a lock that it held while it does not
/// get the processor would hold up payments. The writer alone moves the head, after the rows below it are written; the
/// reader alone moves the tail, after it has done with the rows below it.
/// </remarks>
public sealed class ShadowRing
{
    private readonly int _mask;
    private ShortText[] _ids = [];
    private float[] _features = [];
    private float[] _payloads = [];
    private float[] _scores = [];
    private int[] _arms = [];
    private ScoredBy[] _by = [];
    private int _interest;
    private long _head;
    private long _tail;
    private long _droppedPayments;
    private long _droppedLists;

    public ShadowRing(int capacity)
    {
        var rows = (int)BitOperations.RoundUpToPowerOf2((uint)capacity);
        _mask = rows - 1;
    }

    public int Capacity => _mask + 1;

    /// <summary>Whether anything that is scored is to be offered.</summary>
    public bool IsWanted => Interest != ShadowInterest.Nothing;

    private ShadowInterest Interest => (ShadowInterest)Volatile.Read(ref _interest);

    /// <summary>Rows that wait for the reader.</summary>
    public int Count => (int)(Volatile.Read(ref _head) - Volatile.Read(ref _tail));

    /// <summary>Payments that found it full.</summary>
    public long DroppedPayments => Volatile.Read(ref _droppedPayments);

    /// <summary>Feature lists that found it full.</summary>
    public long DroppedLists => Volatile.Read(ref _droppedLists);

    /// <summary>
    /// What is to be copied from now on. A third's: neither the writer's nor the reader's. Memory is taken when something
    /// is wanted for the first time, here, so that the writer never allocates.
    /// </summary>
    internal void Want(ShadowInterest interest)
    {
        var rows = Capacity;
        if (interest != ShadowInterest.Nothing && _ids.Length == 0)
        {
            _ids = new ShortText[rows];
            _features = new float[rows * FeatureCatalog.Count];
            _scores = new float[rows];
            _arms = new int[rows];
            _by = new ScoredBy[rows];
        }

        if (interest.HasFlag(ShadowInterest.Payloads) && _payloads.Length == 0)
        {
            // Rows that wait already came without.
            var payloads = new float[rows * Transaction.PayloadFeatures];
            Array.Fill(payloads, float.NaN);
            _payloads = payloads;
        }

        // The writer sees the arrays when it sees this, and the reader when it sees a row.
        Volatile.Write(ref _interest, (int)interest);
    }

    /// <summary>Copies what fits. The writer's; never blocks and allocates nothing.</summary>
    internal void Offer(ScorerSlot scored)
    {
        var isList = scored.Arm == ScorerSlot.FeatureModel;
        if (scored.Count == 0 || !Interest.HasFlag(isList ? ShadowInterest.Lists : ShadowInterest.Payments))
        {
            return;
        }

        var head = _head;
        var fit = (int)Math.Min(scored.Count, Capacity - (head - Volatile.Read(ref _tail)));
        var by = scored.Model!.ScoredBy;
        var payments = scored.Payments;
        var scores = scored.Scores;
        for (var i = 0; i < fit; i++)
        {
            Put((int)((head + i) & _mask), payments[i], scores[i], scored.Arm, by);
        }

        Volatile.Write(ref _head, head + fit);
        if (fit < scored.Count)
        {
            ref var dropped = ref isList ? ref _droppedLists : ref _droppedPayments;
            Volatile.Write(ref dropped, dropped + scored.Count - fit);
        }
    }

    // The reader's end: rows are numbered from the oldest, below Count.
    internal ref readonly ShortText IdOf(int row) => ref _ids[At(row)];

    internal ReadOnlySpan<float> FeaturesOf(int row) => _features.AsSpan(At(row) * FeatureCatalog.Count, FeatureCatalog.Count);

    /// <summary>Empty when it came with none, or nobody asked for them.</summary>
    internal ReadOnlySpan<float> PayloadOf(int row)
    {
        var payload = _payloads.Length == 0 ? [] : _payloads.AsSpan(At(row) * Transaction.PayloadFeatures, Transaction.PayloadFeatures);
        return payload.IsEmpty || float.IsNaN(payload[0]) ? [] : payload;
    }

    internal float ScoreOf(int row) => _scores[At(row)];

    internal int ArmOf(int row) => _arms[At(row)];

    internal ScoredBy ByOf(int row) => _by[At(row)];

    /// <summary>The reader has done with so many of the oldest.</summary>
    internal void Release(int rows) => Volatile.Write(ref _tail, _tail + rows);

    private int At(int row) => (int)((_tail + row) & _mask);

    private void Put(int at, Payment payment, float score, int arm, ScoredBy by)
    {
        var transaction = payment.Transaction;
        _ids[at] = transaction.Id;
        payment.Features.CopyTo(_features, at * FeatureCatalog.Count);
        if (_payloads.Length > 0)
        {
            var payload = _payloads.AsSpan(at * Transaction.PayloadFeatures, Transaction.PayloadFeatures);
            if (transaction.HasPayload)
            {
                transaction.Payload.CopyTo(payload);
            }
            else
            {
                // Columns that were sent are finite.
                payload[0] = float.NaN;
            }
        }

        _scores[at] = score;
        _arms[at] = arm;
        _by[at] = by;
    }
}

/// <summary>What shadow models want to see.</summary>
[Flags]
public enum ShadowInterest
{
    Nothing = 0,

    /// <summary>What champion and challengers decide.</summary>
    Payments = 1,

    /// <summary>What the model of feature lists decides.</summary>
    Lists = 2,

    /// <summary>The 30 columns too.</summary>
    Payloads = 4,
}
