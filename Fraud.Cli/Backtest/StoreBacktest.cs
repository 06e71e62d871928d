using Fraud.Cli.Arguments;
using Fraud.Model;
using Fraud.Model.Evaluation;
using Fraud.Model.Features;
using Fraud.Model.Scoring;
using Fraud.Model.Training;
using Fraud.Stream.Retraining;
using Fraud.Stream.Storage;

namespace Fraud.Cli.Backtest;

/// <summary>Decides stored payments again: with their stored scores, or those of another model from their stored features.</summary>
internal static class StoreBacktest
{
    // Scored together; the counts are all that is kept.
    private const int Chunk = 4_096;

    public static BacktestReport Run(
        IPaymentHistory history, OnnxModel? model, BacktestPolicy given, BacktestDays days, DecisionCosts costs, TimeProvider time, CancellationToken stopping)
    {
        var policy = given.For(model?.Manifest.Thresholds);
        using var scorer = model is null ? null : new FeatureScorer(model);
        var now = time.GetUtcNow();
        var newest = history.NewestEventMs() is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : now;
        var known = DateOnly.FromDateTime(((newest < now ? newest : now) - days.LabelDelay).UtcDateTime);
        var end = days.To?.AddDays(1) ?? known;
        if (end > known)
        {
            throw new UsageException(FormattableString.Invariant($"--to: expected a day before {known:yyyy-MM-dd}: the labels of later ones are not known yet"));
        }

        var backtest = new Fraud.Model.Evaluation.Backtest(costs);
        foreach (var chunk in new HistoryExport(history).Read(days.From ?? DateOnly.FromDateTime(DateTime.UnixEpoch), end, null, stopping).Chunk(Chunk))
        {
            var scores = scorer is null ? [.. chunk.Select(static payment => payment.Score)] : Score(scorer, chunk);
            for (var i = 0; i < chunk.Length; i++)
            {
                var payment = chunk[i];
                backtest.Add(
                    (int)Math.Floor(payment.EventTimeMs / 86_400_000.0), payment.Decision, policy.Decide(scores[i], payment.AmountMinor),
                    payment.IsFraud == true, payment.AmountMinor);
            }
        }

        return backtest.Report();
    }

    private static float[] Score(FeatureScorer scorer, HistoryPayment[] payments)
    {
        var rows = new Dataset(FeatureCatalog.Count);
        var features = new float[FeatureCatalog.Count];
        foreach (var payment in payments)
        {
            if (payment.Features.Length < scorer.NeededFeatures)
            {
                throw new CommandException(
                    $"--from: expected a day from which on payments were stored with the {scorer.NeededFeatures} features of the model; one of {DateTimeOffset.FromUnixTimeMilliseconds(payment.EventTimeMs):yyyy-MM-dd} has {payment.Features.Length}");
            }

            Array.Fill(features, float.NaN);
            payment.Features.AsSpan(0, Math.Min(payment.Features.Length, features.Length)).CopyTo(features);
            rows.Add(features, payment.IsFraud == true, default);
        }

        return scorer.Score(rows);
    }
}
