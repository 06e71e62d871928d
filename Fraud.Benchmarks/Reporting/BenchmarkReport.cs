using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Benchmarks.Measuring;

namespace Fraud.Benchmarks.Reporting;

/// <summary>The results of one run of the command.</summary>
/// <param name="Seconds">Time of a round.</param>
/// <param name="Rounds">Rounds that counted.</param>
public sealed record BenchmarkReport(string Machine, double Seconds, int Rounds, IReadOnlyList<BenchmarkResult> Results)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // A round in which nothing was answered has no time.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
    };

    public static IReadOnlyList<string> Columns { get; } = ["benchmark", "measure", "ours", "baseline", "ratio", "bar", "met"];

    public string Title => string.Create(
        CultureInfo.InvariantCulture, $"{Machine}; {Rounds} rounds of {Seconds:0.##} s, median (least to most)");

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The cells of each figure in the order of <see cref="Columns"/>.</summary>
    public IEnumerable<IReadOnlyList<string>> Rows() =>
        from result in Results
        from figure in result.Figures
        select (IReadOnlyList<string>)
        [
            result.Name,
            $"{figure.Measure}, {figure.Unit}",
            Text(figure.Ours),
            figure.Baseline is { } baseline ? Text(baseline) : "",
            figure.Ratio is { } ratio ? string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:0.00} ({ratio.Min:0.00} to {ratio.Max:0.00})") : "",
            figure.Bar?.ToString() ?? "",
            figure.IsMet switch { true => "yes", false => "no", null => "" },
        ];

    /// <summary>The table of docs/benchmarks.md, exactly.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(Title).Append("\n\n");
        Row(Columns);
        Row([.. Columns.Select(static _ => "---")]);
        foreach (var row in Rows())
        {
            Row(row);
        }

        text.Append('\n');
        foreach (var result in Results)
        {
            text.Append("- ").Append(result.Name).Append(": ").Append(result.Ours).Append(" against ").Append(result.Baseline).Append('.');
            foreach (var note in result.Notes)
            {
                text.Append(' ').Append(note).Append('.');
            }

            text.Append('\n');
        }

        return text.ToString();

        void Row(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    private static string Text(Spread spread) => $"{Text(spread.Median)} ({Text(spread.Min)} to {Text(spread.Max)})";

    // Three digits say all that a round of seconds can.
    private static string Text(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
