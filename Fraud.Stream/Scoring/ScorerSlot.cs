using Fraud.Model.Scoring;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Scoring;

/// <summary>The rows of one model in a group, and their scores.</summary>
/// <remarks>One thread.</remarks>
/// <param name="arm">The challenger's number, <see cref="CardSplit.Champion"/> or <see cref="FeatureModel"/>.</param>
internal sealed class ScorerSlot(ModelSeat models, int maxRows, int arm)
{
    /// <summary>Stands for the model that takes feature lists.</summary>
    public const int FeatureModel = -2;

    private readonly HeldScorer _held = new(models, maxRows);
    private readonly Payment[] _payments = new Payment[maxRows];
    private readonly float[] _scores = new float[maxRows];
    private OnnxScorer? _scorer;

    public int Arm => arm;

    public int Count { get; private set; }

    /// <summary>The model of the last group that had rows for it; null before.</summary>
    public ServedModel? Model => _held.Model;

    public ReadOnlySpan<Payment> Payments => _payments.AsSpan(0, Count);

    public ReadOnlySpan<float> Scores => _scores.AsSpan(0, Count);

    /// <summary>Takes the model for this group, before its first row. False when there is none.</summary>
    public bool TryOpen()
    {
        if (Count == 0)
        {
            _scorer = _held.TryUse();
        }

        return _scorer is not null;
    }

    public void Add(Payment payment)
    {
        _scorer!.SetRow(Count, payment.Transaction, payment.Features);
        _payments[Count++] = payment;
    }

    public void Score(TimeProvider time)
    {
        if (Count == 0)
        {
            return;
        }

        var by = Model!.ScoredBy;
        var started = time.GetTimestamp();
        var scores = _scorer!.Score(Count);
        var ended = time.GetTimestamp();
        var inferenceMs = (float)time.GetElapsedTime(started, ended).TotalMilliseconds;
        scores.CopyTo(_scores);
        for (var row = 0; row < Count; row++)
        {
            var payment = _payments[row];
            payment.Score = scores[row];
            payment.InferenceMs = inferenceMs;
            payment.ScoredBy = by;
            payment.State = PaymentState.Scored;
            payment.Trace?.Scored(started, ended, Count);
        }
    }

    public void Clear()
    {
        Count = 0;
        _held.LetGoOfFormer();
    }

    /// <summary>Lets go of the model.</summary>
    public void Release() => _held.Release();
}
