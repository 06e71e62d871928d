using System.Text;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Model.Scoring;
using Fraud.Stream.Storage;

namespace Fraud.Cli.Verify;

/// <summary>
/// Computes stored payments anew, features through an empty profile and scores through the model files, and compares
/// both with what serving stored, bit by bit.
/// </summary>
/// <param name="models">Folder that holds a folder of versions per model.</param>
/// <param name="skip">Payments that only build up histories.</param>
internal sealed class Recomputation(ProfileOptions profileOptions, string models, long skip) : IDisposable
{
    private const int Shards = 1 << 16;

    private readonly Dictionary<(string Model, string Version), (OnnxModel? Model, OnnxScorer? Scorer)> _scorers = [];
    private readonly Profile _profile = new(profileOptions, Shards);
    private readonly Transaction _payment = new();
    private readonly float[] _features = new float[FeatureCatalog.Count];
    private long _seen;

    public long Rows { get; private set; }

    /// <summary>Rows whose model was found and takes nothing that is not stored.</summary>
    public long Scored { get; private set; }

    /// <summary>Differing values by position in the catalogue.</summary>
    public long[] FeatureMismatches { get; } = new long[FeatureCatalog.Count];

    /// <summary>Values compared that are not zero, by position: a feature that is always zero was not tested.</summary>
    public long[] NotZero { get; } = new long[FeatureCatalog.Count];

    public long ScoreMismatches { get; private set; }

    public double LargestScoreDifference { get; private set; }

    public bool IsIdentical => Rows > 0 && Scored > 0 && ScoreMismatches == 0 && FeatureMismatches.Sum() == 0;

    /// <summary>The next payment in the order of writing.</summary>
    public void Add(StoredScore stored, bool isFraud)
    {
        Fill(stored);
        var shard = stored.Shard % Shards;
        if (_profile.CardsOf(shard) is null)
        {
            _profile.Open(shard, _profile.NewCards());
        }

        _profile.Observe(shard, _payment, _features);
        if (!_payment.TerminalId.IsEmpty)
        {
            _profile.Terminals.Add(_payment.TerminalId, _payment.AmountMinor, _payment.EventTimeMs);
        }

        if (isFraud)
        {
            Label(shard);
        }

        if (_seen++ >= skip)
        {
            Compare(stored);
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

    private void Compare(StoredScore stored)
    {
        Rows++;
        for (var i = 0; i < _features.Length; i++)
        {
            // A row of an earlier version lacks the latest features: it has to be scored again, not compared.
            var isSame = i < stored.Features.Length
                && BitConverter.SingleToInt32Bits(stored.Features[i]) == BitConverter.SingleToInt32Bits(_features[i]);
            FeatureMismatches[i] += isSame ? 0 : 1;
            NotZero[i] += _features[i] != 0 ? 1 : 0;
        }

        if (ScorerOf(stored) is not { } scorer)
        {
            return;
        }

        Scored++;
        scorer.SetRow(0, _payment, _features);
        var score = scorer.Score(1)[0];
        if (BitConverter.SingleToInt32Bits(score) != BitConverter.SingleToInt32Bits(stored.Score))
        {
            ScoreMismatches++;
            LargestScoreDifference = Math.Max(LargestScoreDifference, Math.Abs((double)score - stored.Score));
        }
    }

    private OnnxScorer? ScorerOf(StoredScore stored)
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

    private void Label(int shard)
    {
        if (!_payment.CardId.IsEmpty)
        {
            _profile.CardsOf(shard)!.TryApplyLabel(_payment.CardId, _payment.EventTimeMs, 1);
        }

        if (!_payment.TerminalId.IsEmpty)
        {
            _profile.Terminals.ApplyLabel(_payment.TerminalId, _payment.EventTimeMs, 1);
        }
    }

    private void Fill(StoredScore stored)
    {
        _payment.Clear();
        _payment.Id = ShortText.From(stored.TransactionId);
        _payment.CardId = ShortText.From(stored.CardId);
        _payment.TerminalId = ShortText.From(stored.TerminalId);
        _payment.AmountMinor = stored.AmountMinor;
        // What cannot be read was stored as none, and counts hundredths as none does.
        _payment.Currency = Currency.TryParse(Encoding.UTF8.GetBytes(stored.Currency), out var currency) ? currency : default;
        _payment.EventTimeMs = stored.EventTimeMs;
    }
}
