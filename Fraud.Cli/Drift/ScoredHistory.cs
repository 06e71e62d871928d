using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Model.Scoring;
using Fraud.Model.Training;

namespace Fraud.Cli.Drift;

/// <param name="row">The model's inputs.</param>
internal delegate void ScoredRow(ReadOnlySpan<float> row, float score, Transaction payment);

/// <summary>History through the serving profile and a model, offline. Labels follow their payments at once, as in training.</summary>
internal sealed class ScoredHistory(OnnxModel model) : IDisposable
{
    private const int BatchSize = 256;

    private readonly OnnxScorer _scorer = model.CreateScorer(BatchSize);
    private readonly LocalProfile _profile = new(
        new ProfileOptions { LabelDelay = TimeSpan.FromDays(Math.Max(1, model.Manifest.Training.LabelDelayDays)) }, shards: 1);

    private readonly Transaction[] _payments = [.. Enumerable.Range(0, BatchSize).Select(static _ => new Transaction())];
    private readonly float[] _rows = new float[BatchSize * model.Manifest.Inputs.Count];
    private readonly float[] _features = new float[FeatureCatalog.Count];
    private int _waiting;

    /// <param name="history">Fills the payment given and says whether it is a fraud; false at the end.</param>
    /// <param name="fromMs">Earlier payments only build up the profile.</param>
    public void Run(Func<Transaction, (bool Any, bool IsFraud)> history, long fromMs, ScoredRow scored, CancellationToken cancellation)
    {
        var width = model.Manifest.Inputs.Count;
        while (true)
        {
            var payment = _payments[_waiting];
            payment.Clear();
            var (any, isFraud) = history(payment);
            if (!any)
            {
                break;
            }

            if (_profile.Observe(0, payment, _features))
            {
                if (isFraud)
                {
                    _profile.ApplyLabel(0, new Label(payment.Id, payment.CardId, payment.TerminalId, payment.EventTimeMs, true), fraudDelta: 1);
                }

                if (payment.EventTimeMs >= fromMs)
                {
                    model.Gather(payment, _features, _rows.AsSpan(_waiting * width, width));
                    _scorer.SetRow(_waiting++, payment, _features);
                }
            }

            if (_waiting == BatchSize)
            {
                cancellation.ThrowIfCancellationRequested();
                Flush(scored);
            }
        }

        Flush(scored);
    }

    /// <summary>The handbook's transactions up to a moment.</summary>
    public static Func<Transaction, (bool Any, bool IsFraud)> Handbook(string file, long toMs)
    {
        var rows = HandbookReader.Read(file).GetEnumerator();
        return payment =>
        {
            if (!rows.MoveNext() || rows.Current.UnixSeconds * 1_000 >= toMs)
            {
                rows.Dispose();
                return (false, false);
            }

            FeatureReplay.Fill(payment, rows.Current);
            return (true, rows.Current.IsFraud);
        };
    }

    public void Dispose() => _scorer.Dispose();

    private void Flush(ScoredRow scored)
    {
        if (_waiting == 0)
        {
            return;
        }

        var width = model.Manifest.Inputs.Count;
        var scores = _scorer.Score(_waiting);
        for (var i = 0; i < _waiting; i++)
        {
            scored(_rows.AsSpan(i * width, width), scores[i], _payments[i]);
        }

        _waiting = 0;
    }
}
