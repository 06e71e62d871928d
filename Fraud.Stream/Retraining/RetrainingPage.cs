using System.Globalization;
using System.Text;
using Fraud.Model.Evaluation;

namespace Fraud.Stream.Retraining;

/// <summary>A report for people, in Markdown.</summary>
public static class RetrainingPage
{
    public static string Of(RetrainingReport report)
    {
        var gate = report.Gate;
        var window = report.Window;
        var page = new StringBuilder();
        Line($"# {report.Model} version {report.Version} against version {gate.Champion.Version}");
        Line($"");
        Line($"**{(gate.IsPassed ? "Passed" : "Refused")}**: {gate.Reason}.");
        Line($"");
        Line($"Job {report.Job}, as of {window.AsOf:u}. Trained on {window.TrainFrom:yyyy-MM-dd} to {window.TrainFrom.AddDays(window.TrainDays - 1):yyyy-MM-dd} ({report.TrainPayments} payments, {report.TrainFrauds} frauds, {report.Rounds} trees, {report.Features.Count} features);");
        Line($"compared on {window.GateFrom:yyyy-MM-dd} to {window.End.AddDays(-1):yyyy-MM-dd} ({gate.Payments} payments, {gate.Frauds} frauds), the newest days whose labels are known.");
        Line($"Data {report.DataSha256}{(report.TakenOverFrom is { } before ? $", taken over from job {before}" : "")}.");
        Line($"");
        Line($"| | champion ({gate.Champion.Version}) | challenger ({gate.Challenger.Version}) |");
        Line($"|---|---|---|");
        Row("average precision", static of => of.AveragePrecision, "0.0000");
        Row("ROC AUC", static of => of.RocAuc, "0.0000");
        Row("frauds caught", static of => of.FraudsCaught, "0");
        Row("lost to missed frauds", static of => of.LostAmount, "0.00");
        Row("reviews", static of => of.Reviews, "0");
        Row("blocks", static of => of.Blocks, "0");
        Row("genuine payments blocked", static of => of.FalseBlocks, "0");
        Row("cost", static of => of.Cost, "0.00");
        Line($"");
        Line($"| challenger better by | value | {gate.Rules.Confidence:P0} interval | needed |");
        Line($"|---|---|---|---|");
        Line($"| average precision | {gate.Gain.Value:0.0000} | {gate.Gain.Lower:0.0000} to {gate.Gain.Upper:0.0000} | {(gate.Rules.By == GateCriterion.Cost ? "upper bound not below 0" : FormattableString.Invariant($"lower bound above {gate.Rules.MinGain:0.####}"))} |");
        Line($"| cost a payment | {gate.Saving.Value:0.0000} | {gate.Saving.Lower:0.0000} to {gate.Saving.Upper:0.0000} | {Needed(gate.Rules)} |");
        Line($"");
        Line($"Paired bootstrap over cards, {gate.Rules.Resamples} draws, seed {gate.Rules.Seed}. A review costs {gate.Rules.Costs.Review:0.##}, a genuine payment that is blocked {gate.Rules.Costs.FalseBlock:0.##}, a missed fraud its amount.");
        return page.ToString();

        void Line(FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

        void Row(string name, Func<ModelQuality, double> of, string format) => Line(
            $"| {name} | {of(gate.Champion).ToString(format, CultureInfo.InvariantCulture)} | {of(gate.Challenger).ToString(format, CultureInfo.InvariantCulture)} |");
    }

    private static string Needed(GateRules rules) => (rules.By == GateCriterion.Cost ? rules.MinSaving ?? 0 : rules.MinSaving) is { } least
        ? string.Create(CultureInfo.InvariantCulture, $"lower bound above {least:0.####}")
        : "upper bound not below 0";
}
