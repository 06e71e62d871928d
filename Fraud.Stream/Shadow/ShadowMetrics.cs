using System.Diagnostics.Metrics;
using Fraud.Stream.Telemetry;

namespace Fraud.Stream.Shadow;

/// <summary>What is counted of models that are compared, by model and version.</summary>
internal static class ShadowMetrics
{
    public static void Register(StreamMetrics metrics, ShadowModels models, Func<long> unstored, Func<long> failed)
    {
        metrics.ObserveTotals("fraud_shadow_scored", "Payments that a shadow or challenger was compared on.", () => Each(models, static (_, candidate) => candidate.Scored));
        metrics.ObserveTotals("fraud_shadow_disagreements", "Payments that it would decide otherwise than the model in service.", () => Each(models, static (_, candidate) => candidate.Disagreed));
        metrics.ObserveTotals("fraud_shadow_dropped", "Payments that it did not see because the shadow queue was full.", () => Each(models, (group, candidate) => candidate.DroppedOf(models.DroppedOf(group))));
        metrics.ObserveTotal("fraud_shadow_unstored", "Comparisons that are in no report because the store did not take them in time.", unstored);
        metrics.ObserveTotal("fraud_shadow_failed", "Payments on which a shadow model failed.", failed);
    }

    private static IEnumerable<Measurement<long>> Each(ShadowModels models, Func<ShadowGroup, ShadowCandidate, long> value)
    {
        foreach (var group in models.Groups)
        {
            foreach (var candidate in group.Candidates)
            {
                if (candidate.Models.Occupant?.ScoredBy is not { } by)
                {
                    continue;
                }

                yield return new Measurement<long>(
                    value(group, candidate),
                    new KeyValuePair<string, object?>("model", by.Model),
                    new KeyValuePair<string, object?>("version", by.Version),
                    new KeyValuePair<string, object?>("role", candidate.IsChallenger ? "challenger" : "shadow"));
            }
        }
    }
}
