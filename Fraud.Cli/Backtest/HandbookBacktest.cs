using Fraud.Model;
using Fraud.Model.Evaluation;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Model.Scoring;
using Fraud.Model.Training;

namespace Fraud.Cli.Backtest;

/// <summary>Two versions over a file of history, whose features the serving profile computes.</summary>
internal static class HandbookBacktest
{
    // Scored together; the counts are all that is kept.
    private const int Chunk = 4_096;

    public static BacktestReport Run(
        string file, OnnxModel before, OnnxModel after, BacktestPolicy given, BacktestDays days, DecisionCosts costs, CancellationToken stopping)
    {
        var policy = given.For(after.Manifest.Thresholds);
        var now = new BacktestPolicy(null, null, null).For(before.Manifest.Thresholds);
        var first = days.From is { } from ? FeatureReplay.DayOf(from) : int.MinValue;
        var last = days.To is { } to ? FeatureReplay.DayOf(to) : int.MaxValue;
        var backtest = new Fraud.Model.Evaluation.Backtest(costs);
        using var champion = new FeatureScorer(before);
        using var challenger = new FeatureScorer(after);
        var profile = new ProfileOptions { LabelDelay = days.LabelDelay };
        foreach (var chunk in Rows(file, profile, first, last).Chunk(Chunk))
        {
            stopping.ThrowIfCancellationRequested();
            var rows = new Dataset(FeatureCatalog.Count);
            foreach (var (row, features) in chunk)
            {
                rows.Add(features, row.IsFraud, default);
            }

            var (was, would) = (champion.Score(rows), challenger.Score(rows));
            for (var i = 0; i < chunk.Length; i++)
            {
                var row = chunk[i].Row;
                backtest.Add(
                    (int)(row.UnixSeconds / 86_400), now.Decide(was[i], row.AmountMinor), policy.Decide(would[i], row.AmountMinor), row.IsFraud, row.AmountMinor);
            }
        }

        return backtest.Report();
    }

    // As FeatureReplay does, but a row at a time.
    private static IEnumerable<(HandbookRow Row, float[] Features)> Rows(string file, ProfileOptions options, int first, int last)
    {
        var profile = new LocalProfile(options, shards: 1);
        var payment = new Transaction();
        var features = new float[FeatureCatalog.Count];
        foreach (var row in HandbookReader.Read(file))
        {
            var day = (int)(row.UnixSeconds / 86_400);
            if (day > last)
            {
                yield break;
            }

            FeatureReplay.Fill(payment, row);
            profile.Observe(0, payment, features);
            if (row.IsFraud)
            {
                profile.ApplyLabel(0, new Label(payment.Id, payment.CardId, payment.TerminalId, payment.EventTimeMs, true), fraudDelta: 1);
            }

            if (day >= first)
            {
                yield return (row, [.. features]);
            }
        }
    }
}
