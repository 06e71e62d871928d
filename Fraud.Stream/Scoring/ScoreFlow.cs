using Fraud.Stream.Batching;
using Fraud.Stream.Shadow;

namespace Fraud.Stream.Scoring;

/// <summary>
/// Scores a group in one call of each model that has rows in it, decides, and leaves a copy to the shadows.
/// </summary>
/// <remarks>One group at a time.</remarks>
/// <param name="models">What serves.</param>
/// <param name="decide">Turns scores into decisions.</param>
/// <param name="maxRows">Most payments of a group, as far as its batches allow: a batch is never cut.</param>
/// <param name="shadow">This lane's own; where shadow models find what was scored. Null: there are none.</param>
public sealed class ScoreFlow(ModelRoutes models, DecideFlow decide, int maxRows, TimeProvider time, ShadowRing? shadow = null) : IDisposable
{
    private readonly ScorerSet _scorers = new(models, maxRows);

    public BatchGroup Apply(BatchGroup group)
    {
        foreach (var batch in group.Batches)
        {
            foreach (var payment in batch.Payments)
            {
                if (payment.State == PaymentState.Received)
                {
                    _scorers.Add(payment);
                }
            }
        }

        _scorers.Score(time);
        foreach (var batch in group.Batches)
        {
            decide.Apply(batch, _scorers);
        }

        if (shadow is { IsWanted: true })
        {
            foreach (var slot in _scorers.Slots)
            {
                shadow.Offer(slot);
            }
        }

        _scorers.Clear();
        return group;
    }

    /// <summary>Lets go of the models. Only when nothing is scored any more.</summary>
    public void Dispose() => _scorers.Release();
}
