using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Model;

namespace Fraud.Stream.Shadow;

/// <summary>Every shadow and challenger against the model in service: the answer of <c>GET /api/v1/models/comparison</c>.</summary>
/// <param name="Since">What was scored from here on is in it.</param>
/// <param name="SettledBefore">What was scored before and has no label counts as legitimate; null: only labels count.</param>
public sealed record ComparisonReport(
    DateTimeOffset AsOf, DateTimeOffset? Since, DateTimeOffset? SettledBefore, IReadOnlyList<ModelComparison> Comparisons)
{
    /// <summary>How reports are written and read.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Counts of the store as a report. Blocks as long as the store needs.</summary>
    /// <param name="since">Null: all that is kept.</param>
    /// <param name="settledAfter">How long a label may take; null: a payment without one counts nowhere.</param>
    /// <exception cref="Storage.StoreUnavailableException">The store is away, or takes too long.</exception>
    public static ComparisonReport Read(ShadowQueries shadows, DateTimeOffset now, DateTimeOffset? since, TimeSpan? settledAfter)
    {
        var settled = now - settledAfter;
        return Of(shadows.Count(since?.ToUnixTimeMilliseconds() ?? 0, settled?.ToUnixTimeMilliseconds() ?? 0), now, since, settled);
    }

    /// <summary>The comparisons with most payments first.</summary>
    public static ComparisonReport Of(ShadowCounts counts, DateTimeOffset now, DateTimeOffset? since = null, DateTimeOffset? settledBefore = null) => new(
        now, since, settledBefore,
        [.. counts.Decisions.GroupBy(static each => each.Pair)
            .Select(group => ModelComparison.Of(group.Key, [.. group], [.. counts.Scores.Where(bin => bin.Pair == group.Key)]))
            .OrderByDescending(static comparison => comparison.Payments)
            .ThenBy(static comparison => comparison.Model, StringComparer.Ordinal)
            .ThenBy(static comparison => comparison.Version, StringComparer.Ordinal)]);
}

/// <summary>One model against the one in service, on the same payments.</summary>
/// <param name="Decided">Of the payments, those that the candidate itself decided, as a challenger.</param>
/// <param name="Disagreement">Share of the payments that the two decide differently.</param>
/// <param name="Matrix">How many payments the two decided how; pairs that did not occur are left out.</param>
/// <param name="Labelled">What labels say so far; null without any.</param>
public sealed record ModelComparison(
    string Model,
    string Version,
    string Champion,
    string ChampionVersion,
    long Payments,
    long Decided,
    ScoreDistribution Scores,
    ScoreDistribution ChampionScores,
    double Disagreement,
    IReadOnlyList<DecisionPair> Matrix,
    LabelledComparison? Labelled)
{
    internal static ModelComparison Of(ModelPair pair, IReadOnlyList<PairedDecisions> decisions, IReadOnlyList<ScoreBin> bins)
    {
        var payments = decisions.Sum(static each => each.Payments);
        return new ModelComparison(
            pair.Model,
            pair.Version,
            pair.BaseModel,
            pair.BaseVersion,
            payments,
            decisions.Where(static each => each.IsDecider).Sum(static each => each.Payments),
            ScoreDistribution.Of(bins.Where(static bin => !bin.IsBase)),
            ScoreDistribution.Of(bins.Where(static bin => bin.IsBase)),
            (double)decisions.Where(static each => each.Decision != each.BaseDecision).Sum(static each => each.Payments) / payments,
            [.. decisions.GroupBy(static each => (each.BaseDecision, each.Decision))
                .OrderBy(static group => group.Key)
                .Select(static group => new DecisionPair(group.Key.BaseDecision, group.Key.Decision, group.Sum(static each => each.Payments)))],
            LabelledComparison.Of(decisions));
    }
}

/// <summary>Payments that the model in service decided one way and the candidate another, or the same.</summary>
public sealed record DecisionPair(Decision Champion, Decision Candidate, long Payments);
