using System.Globalization;
using System.Text;
using Fraud.Model.Evaluation;

namespace Fraud.Cli.Backtest;

/// <summary>A backtest for people.</summary>
internal static class BacktestTable
{
    public static string Of(BacktestReport report)
    {
        var total = report.Total;
        var text = new StringBuilder();
        if (report.Days.Count == 0)
        {
            return "No payments in these days.";
        }

        Line($"{total.Payments} payments of {report.Days.Count} days, {report.Days[0].Date:yyyy-MM-dd} to {report.Days[^1].Date:yyyy-MM-dd}; {total.Frauds} frauds of {total.FraudAmount:0.00}");
        Line($"{total.Changed} decisions change, about payments of {total.ChangedAmount:0.00}");
        Line($"");
        Line($"{"",-24}{"before",14}{"after",14}{"change",14}");
        Row("frauds caught", static of => of.FraudsCaught, "0");
        Row("frauds missed", static of => of.FraudsMissed, "0");
        Row("genuine flagged", static of => of.GenuineFlagged, "0");
        Row("genuine blocked", static of => of.GenuineBlocked, "0");
        Row("genuine passed", static of => of.GenuinePassed, "0");
        Row("amount caught", static of => of.AmountCaught, "0.00");
        Row("amount missed", static of => of.AmountMissed, "0.00");
        Row("reviews a day", of => (double)of.Reviews / report.Days.Count, "0.0");
        Row("blocks a day", of => (double)of.Blocks / report.Days.Count, "0.0");
        Row("precision", static of => of.Precision, "0.000");
        Row("recall", static of => of.Recall, "0.000");
        Row("cost", static of => of.Cost, "0.00");
        Line($"");
        Line($"{"day",-12}{"payments",9}{"frauds",8}{"changed",9}{"caught",8}{"",-2}{"after",6}{"missed",12}{"after",12}{"reviews",9}{"after",7}");
        foreach (var day in report.Days)
        {
            Line($"{day.Date,-12:yyyy-MM-dd}{day.Payments,9}{day.Frauds,8}{day.Changed,9}{day.Before.FraudsCaught,8}{"",-2}{day.After.FraudsCaught,6}{day.Before.AmountMissed,12:0.00}{day.After.AmountMissed,12:0.00}{day.Before.Reviews,9}{day.After.Reviews,7}");
        }

        Line($"");
        Line($"A review costs {report.Costs.Review:0.##}, a genuine payment that is blocked {report.Costs.FalseBlock:0.##}, a missed fraud its amount.");
        return text.ToString().TrimEnd();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        void Row(string name, Func<DecisionCounts, double> of, string format)
        {
            var (before, after) = (of(total.Before), of(total.After));
            Line($"{name,-24}{Text(before),14}{Text(after),14}{(after < before ? "" : "+") + Text(after - before),14}");

            string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        }
    }
}
