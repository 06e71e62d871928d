using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Overload;

namespace Fraud.Stream.Scoring;

/// <summary>
/// Turns scores into decisions: below the review threshold approve, from the block threshold on block,
/// review between. Flagged payments get their reasons, and so do others whose callers asked.
/// Answers leave from here where the configuration does not ask to wait for the store, but for payments that the graph failed with
/// before: one that turns out to be poison must not have been answered.
/// </summary>
/// <param name="answered">Told of answers that leave from here; null when none do.</param>
public sealed class DecideFlow(ScoringOptions options, KafkaPace? answered = null)
{
    public void Apply(MicroBatch batch, IModelsInUse models)
    {
        foreach (var payment in batch.Payments)
        {
            if (payment.State != PaymentState.Scored)
            {
                continue;
            }

            payment.Trace?.Deciding();
            var model = models.Of(payment.ScoredBy!);
            payment.Decision = Decide(payment.Score, model.ScoredBy);
            if (payment.Decision != Decision.Approve || payment.IsExplanationWanted)
            {
                model.Explain(payment, options.MaxReasons);
            }

            payment.Trace?.Decided();
            if (answered is not null && payment is { IsSuspect: false, Reply: { } reply })
            {
                payment.IsAnswered = true;
                answered.Answered(payment.ArrivedTimestamp);
                reply.Complete(payment);
            }
        }
    }

    public static Decision Decide(float score, ScoredBy by) =>
        score >= by.BlockThreshold ? Decision.Block
        : score >= by.ReviewThreshold ? Decision.Review
        : Decision.Approve;
}
