using System.Globalization;
using System.Text;
using Fraud.Model;
using Fraud.Stream.Shadow;

namespace Fraud.Cli.Shadow;

/// <summary>A comparison of models as text.</summary>
internal static class ComparisonText
{
    private const int Column = 12;
    private static readonly Decision[] Decisions = [Decision.Approve, Decision.Review, Decision.Block];

    public static string Of(ComparisonReport report)
    {
        if (report.Comparisons.Count == 0)
        {
            return "Nothing to compare: 'fraud models alias MODEL shadow VERSION', or Scoring:Shadows and Scoring:Challengers, name the models that are.";
        }

        var text = new StringBuilder();
        foreach (var comparison in report.Comparisons)
        {
            Write(text, comparison);
            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void Write(StringBuilder text, ModelComparison one)
    {
        Line(text, $"{one.Model} version {one.Version} against {one.Champion} version {one.ChampionVersion}");
        Line(text, $"  {one.Payments:N0} payments, {one.Decided:N0} of them decided by it; {one.Disagreement:P3} decided differently");
        Row(text, "", "candidate", "champion");
        Row(text, "score mean", Score(one.Scores.Mean), Score(one.ChampionScores.Mean));
        Row(text, "  p01", Score(one.Scores.P01), Score(one.ChampionScores.P01));
        Row(text, "  p10", Score(one.Scores.P10), Score(one.ChampionScores.P10));
        Row(text, "  p50", Score(one.Scores.P50), Score(one.ChampionScores.P50));
        Row(text, "  p90", Score(one.Scores.P90), Score(one.ChampionScores.P90));
        Row(text, "  p99", Score(one.Scores.P99), Score(one.ChampionScores.P99));
        for (var tenth = 0; tenth < one.Scores.Histogram.Count; tenth++)
        {
            Row(text, string.Create(CultureInfo.InvariantCulture, $"  {tenth / 10.0:0.0} to {(tenth + 1) / 10.0:0.0}"),
                Share(one.Scores.Histogram[tenth]), Share(one.ChampionScores.Histogram[tenth]));
        }

        if (one.Labelled is { } labelled)
        {
            Line(text, $"  of {labelled.Payments:N0} payments known by now, {labelled.Frauds:N0} frauds");
            Row(text, "flagged", Number(labelled.Candidate.Flagged), Number(labelled.Champion.Flagged));
            Row(text, "precision", Share(labelled.Candidate.Precision), Share(labelled.Champion.Precision));
            Row(text, "recall", Share(labelled.Candidate.Recall), Share(labelled.Champion.Recall));
            Row(text, "F1", Share(labelled.Candidate.F1), Share(labelled.Champion.F1));
            Row(text, "only right", Number(labelled.OnlyCandidateRight), Number(labelled.OnlyChampionRight));
            Line(text, $"  McNemar {labelled.Statistic:0.00}, p = {labelled.PValue:0.####}: {Verdict(labelled.Verdict)}");
        }
        else
        {
            Line(text, $"  no labels yet");
        }

        Row(text, "champion \\ it", [.. Decisions.Select(static decision => decision.ToString().ToLowerInvariant())]);
        foreach (var champion in Decisions)
        {
            Row(text, "  " + champion.ToString().ToLowerInvariant(), [.. Decisions.Select(candidate => Number(
                one.Matrix.Where(pair => pair.Champion == champion && pair.Candidate == candidate).Sum(static pair => pair.Payments)))]);
        }
    }

    private static string Verdict(Verdict verdict) => verdict switch
    {
        Fraud.Stream.Shadow.Verdict.Better => "it decides better",
        Fraud.Stream.Shadow.Verdict.Worse => "it decides worse",
        _ => "no difference shown",
    };

    private static void Row(StringBuilder text, string name, params string[] values) =>
        text.Append("  ").Append(name.PadRight(14)).Append(string.Concat(values.Select(static value => value.PadLeft(Column)))).Append('\n');

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Score(double score) => score.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Share(double? share) => share?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
