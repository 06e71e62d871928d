using Fraud.Cli.Arguments;
using Fraud.Model.Evaluation;
using Fraud.Model.Features;
using Fraud.Model.Scoring;
using Fraud.Model.Training;
using Fraud.Stream.History;

namespace Fraud.Cli.Backtest;

/// <summary>Decides stored payments again: with their stored scores, or those of another model from the features that they were scored by.</summary>
internal static class StoreBacktest
{
    // Scored together; the counts are all that is kept.
    private const int Chunk = 4_096;

    public static BacktestReport Run(
        ComputedHistory history, OnnxModel? model, BacktestPolicy given, BacktestDays days, DecisionCosts costs, TimeProvider time, CancellationToken stopping)
    {
        var policy = given.For(model?.Manifest.Thresholds);
        using var scorer = model is null ? null : new FeatureScorer(model);
        var now = time.GetUtcNow();
        var newest = history.Stored.NewestEventMs() is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : now;
        var known = DateOnly.FromDateTime(((newest < now ? newest : now) - days.LabelDelay).UtcDateTime);
        var end = days.To?.AddDays(1) ?? known;
        if (end > known)
        {
            throw new UsageException(FormattableString.Invariant($"--to: expected a day before {known:yyyy-MM-dd}: the labels of later ones are not known yet"));
        }

        var backtest = new Fraud.Model.Evaluation.Backtest(costs);
        var (fromMs, toMs) = (Ms(days.From ?? DateOnly.FromDateTime(DateTime.UnixEpoch)), Ms(end));
        // Stored scores need no features.
        var payments = scorer is null
            ? history.Stored.ReadAll(fromMs, toMs, null, stopping).Select(static stored => new ComputedPayment(stored, []))
            : history.Read(fromMs, toMs, null, stopping);
        foreach (var chunk in payments.Chunk(Chunk))
        {
            var scores = scorer is null ? [.. chunk.Select(static payment => payment.Stored.Score)] : Score(scorer, chunk);
            for (var i = 0; i < chunk.Length; i++)
            {
                var payment = chunk[i].Stored;
                backtest.Add(
                    (int)Math.Floor(payment.EventTimeMs / 86_400_000.0), payment.Decision, policy.Decide(scores[i], payment.AmountMinor),
                    payment.IsFraud == true, payment.AmountMinor);
            }
        }

        return backtest.Report();
    }

    private static long Ms(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static float[] Score(FeatureScorer scorer, ComputedPayment[] payments)
    {
        var rows = new Dataset(FeatureCatalog.Count);
        foreach (var (stored, features) in payments)
        {
            rows.Add(features, stored.IsFraud == true, default);
        }

        return scorer.Score(rows);
    }
}
