using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.Scoring;
using Fraud.Stream.History;

namespace Fraud.Cli.Verify;

/// <summary>
/// Compares what serving stored of payments with what is computed again of them, bit by bit: features where they were kept, and the score
/// through the model's files.
/// </summary>
/// <param name="models">Folder that holds a folder of versions per model.</param>
/// <param name="skip">Payments that are not compared.</param>
internal sealed class Recomputation(string models, long skip) : IDisposable
{
    private readonly Dictionary<(string Model, string Version), (OnnxModel? Model, OnnxScorer? Scorer)> _scorers = [];
    private readonly Transaction _payment = new();
    private long _seen;

    public long Rows { get; private set; }

    /// <summary>Rows whose features were kept.</summary>
    public long Kept { get; private set; }

    /// <summary>Rows whose model was found and takes nothing that is not stored.</summary>
    public long Scored { get; private set; }

    /// <summary>Differing values by position in the catalogue.</summary>
    public long[] FeatureMismatches { get; } = new long[FeatureCatalog.Count];

    /// <summary>Values computed that are not zero, by position: a feature that is always zero was not tested.</summary>
    public long[] NotZero { get; } = new long[FeatureCatalog.Count];

    public long ScoreMismatches { get; private set; }

    public double LargestScoreDifference { get; private set; }

    public bool IsIdentical => Rows > 0 && Scored > 0 && ScoreMismatches == 0 && FeatureMismatches.Sum() == 0;

    /// <summary>The next payment in the order of writing.</summary>
    public void Add(in ComputedPayment computed)
    {
        if (_seen++ >= skip)
        {
            Compare(computed.Stored, computed.Features);
        }
    }

    public void Dispose()
    {
        foreach (var (model, scorer) in _scorers.Values)
        {
            scorer?.Dispose();
            model?.Dispose();
        }
    }

    private void Compare(HistoryPayment stored, float[] features)
    {
        Rows++;
        var isKept = stored.Features.Length > 0;
        Kept += isKept ? 1 : 0;
        for (var i = 0; i < features.Length; i++)
        {
            // A row of an earlier version lacks the latest features: it has to be scored again, not compared.
            var isSame = !isKept || (i < stored.Features.Length
                && BitConverter.SingleToInt32Bits(stored.Features[i]) == BitConverter.SingleToInt32Bits(features[i]));
            FeatureMismatches[i] += isSame ? 0 : 1;
            NotZero[i] += features[i] != 0 ? 1 : 0;
        }

        if (ScorerOf(stored) is not { } scorer)
        {
            return;
        }

        Scored++;
        stored.CopyTo(_payment);
        scorer.SetRow(0, _payment, features);
        var score = scorer.Score(1)[0];
        if (BitConverter.SingleToInt32Bits(score) != BitConverter.SingleToInt32Bits(stored.Score))
        {
            ScoreMismatches++;
            LargestScoreDifference = Math.Max(LargestScoreDifference, Math.Abs((double)score - stored.Score));
        }
    }

    private OnnxScorer? ScorerOf(HistoryPayment stored)
    {
        var key = (stored.Model, stored.ModelVersion);
        if (!_scorers.TryGetValue(key, out var known))
        {
            var folder = Path.Combine(models, stored.Model, stored.ModelVersion);
            var model = Directory.Exists(folder) ? OnnxModel.Load(folder) : null;
            // The sender's own columns are not stored.
            known = (model, model is { Manifest.TakesPayload: false } ? model.CreateScorer(1) : null);
            _scorers.Add(key, known);
        }

        return known.Scorer;
    }
}
