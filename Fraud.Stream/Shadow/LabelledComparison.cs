using Fraud.Model;

namespace Fraud.Stream.Shadow;

/// <summary>What labels say of two models' decisions on the same payments. Reviewed and blocked payments count as flagged.</summary>
/// <param name="OnlyCandidateRight">Payments that the candidate got right and the model in service did not.</param>
/// <param name="OnlyChampionRight">The other way round.</param>
/// <param name="Statistic">Of <see cref="McNemar"/>.</param>
/// <param name="PValue">How often chance alone would show a difference as large; small is telling.</param>
public sealed record LabelledComparison(
    long Payments,
    long Frauds,
    LabelledQuality Candidate,
    LabelledQuality Champion,
    long OnlyCandidateRight,
    long OnlyChampionRight,
    double Statistic,
    double PValue,
    Verdict Verdict)
{
    /// <summary>A p-value below this is called a difference.</summary>
    public const double Significance = 0.05;

    internal static LabelledComparison? Of(IEnumerable<PairedDecisions> decisions)
    {
        var labelled = decisions.Where(static each => each.IsFraud is not null).ToList();
        if (labelled.Count == 0)
        {
            return null;
        }

        var onlyCandidate = Sum(labelled, static each => IsRight(each, each.Decision) && !IsRight(each, each.BaseDecision));
        var onlyChampion = Sum(labelled, static each => IsRight(each, each.BaseDecision) && !IsRight(each, each.Decision));
        var pValue = McNemar.PValue(onlyCandidate, onlyChampion);
        return new LabelledComparison(
            Sum(labelled, static _ => true),
            Sum(labelled, static each => each.IsFraud == true),
            LabelledQuality.Of(labelled, static each => each.Decision),
            LabelledQuality.Of(labelled, static each => each.BaseDecision),
            onlyCandidate,
            onlyChampion,
            McNemar.Statistic(onlyCandidate, onlyChampion),
            pValue,
            pValue >= Significance ? Verdict.NotShown : onlyCandidate > onlyChampion ? Verdict.Better : Verdict.Worse);
    }

    private static bool IsRight(PairedDecisions payment, Decision decision) => (decision != Decision.Approve) == payment.IsFraud;

    internal static long Sum(IEnumerable<PairedDecisions> decisions, Func<PairedDecisions, bool> which) =>
        decisions.Where(which).Sum(static each => each.Payments);
}

/// <summary>What is shown of the candidate's decisions, right or wrong.</summary>
public enum Verdict
{
    /// <summary>The difference may be chance.</summary>
    NotShown,

    Better,
    Worse,
}

/// <summary>How well flagged payments and frauds agree.</summary>
/// <param name="Precision">Share of the flagged that are frauds; null when none was flagged.</param>
/// <param name="Recall">Share of the frauds that were flagged; null when there are none.</param>
public sealed record LabelledQuality(long Flagged, long FraudsFlagged, double? Precision, double? Recall, double? F1)
{
    internal static LabelledQuality Of(IReadOnlyList<PairedDecisions> labelled, Func<PairedDecisions, Decision> decisionOf)
    {
        var flagged = LabelledComparison.Sum(labelled, each => decisionOf(each) != Decision.Approve);
        var right = LabelledComparison.Sum(labelled, each => decisionOf(each) != Decision.Approve && each.IsFraud == true);
        var frauds = LabelledComparison.Sum(labelled, static each => each.IsFraud == true);
        return new LabelledQuality(flagged, right, Share(right, flagged), Share(right, frauds), Share(2 * right, flagged + frauds));
    }

    private static double? Share(long part, long all) => all == 0 ? null : (double)part / all;
}
