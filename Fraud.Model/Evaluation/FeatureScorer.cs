using Fraud.Model.Features;
using Fraud.Model.Registry;
using Fraud.Model.Scoring;
using Fraud.Model.Training;

namespace Fraud.Model.Evaluation;

/// <summary>Scores feature vectors of stored payments as serving would. For one thread; dispose it before its model.</summary>
public sealed class FeatureScorer : IDisposable
{
    // As many as serving scores at once by default.
    private const int Batch = 256;

    // Of a stored payment the profile's features are had and nothing else that a model takes.
    private static readonly Transaction Nothing = new();

    private readonly OnnxScorer _scorer;

    /// <exception cref="ModelRefusedException">The model needs what is sent with a payment, which is not stored.</exception>
    public FeatureScorer(OnnxModel model)
    {
        if (model.Manifest.TakesPayload)
        {
            throw new ModelRefusedException(
                $"{model.Manifest.Name} version {model.Manifest.Version}: expected a model that takes the profile's features alone: what is sent with a payment is not stored");
        }

        _scorer = model.CreateScorer(Batch);
    }

    /// <param name="rows">With all features of the catalogue.</param>
    public float[] Score(Dataset rows)
    {
        var scores = new float[rows.Rows];
        for (var start = 0; start < scores.Length; start += Batch)
        {
            var count = Math.Min(Batch, scores.Length - start);
            for (var row = 0; row < count; row++)
            {
                _scorer.SetRow(row, Nothing, rows.Row(start + row));
            }

            _scorer.Score(count).CopyTo(scores.AsSpan(start));
        }

        return scores;
    }

    public void Dispose() => _scorer.Dispose();
}
