using Fraud.Model;
using Fraud.Model.Reasons;
using Fraud.Model.Scoring;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Scoring;

/// <summary>
/// A loaded model with what is derived from it. Counted by reference: the last scoring thread that
/// moves on to a newer model frees it.
/// </summary>
public sealed class ServedModel(OnnxModel model, ScoredBy scoredBy) : IModelsInUse
{
    private int _references = 1;

    public OnnxModel Model => model;

    public ScoredBy ScoredBy => scoredBy;

    public ReasonFinder Reasons { get; } = new(model.Manifest, model.Trees);

    /// <summary>Says why a decided payment was decided so; with its contributions in numbers where its caller asked.</summary>
    public void Explain(Payment payment, int maxReasons)
    {
        var isFlagged = payment.Decision != Decision.Approve;
        payment.Reasons = Reasons.Find(payment.Features, payment.Transaction, maxReasons, isFlagged);
        if (payment.IsExplanationWanted)
        {
            payment.Explanation = Reasons.Explain(payment.Features, payment.Transaction);
        }
    }

    /// <summary>True when it needs the 30 features of the card data set.</summary>
    public bool TakesPayload { get; } = model.Manifest.TakesPayload;

    /// <summary>Itself: the only model of a group that no other one scores.</summary>
    public ServedModel Of(ScoredBy by) => this;

    /// <summary>Holds the model for the caller, who releases it. False when it was already freed.</summary>
    public bool TryRetain()
    {
        while (true)
        {
            var seen = Volatile.Read(ref _references);
            if (seen == 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _references, seen + 1, seen) == seen)
            {
                return true;
            }
        }
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            model.Dispose();
        }
    }
}
