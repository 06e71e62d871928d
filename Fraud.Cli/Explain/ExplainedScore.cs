using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fraud.Model;
using Fraud.Model.Reasons;
using Fraud.Model.Registry;
using Fraud.Stream.Cases;

namespace Fraud.Cli.Explain;

/// <summary>A score and where it came from, as a waterfall from the base to the margin, or as JSON.</summary>
/// <param name="Stored">The payment as it was stored; null for values given.</param>
internal sealed record ExplainedScore(ModelManifest Model, float Score, Explanation Explanation, ScoredPayment? Stored)
{
    private const int BarWidth = 24;

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private string Decision =>
        Score >= (float)Model.Thresholds.Block ? "block" : Score >= (float)Model.Thresholds.Review ? "review" : "approve";

    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            TransactionId = Stored?.TransactionId,
            Model = Model.Name,
            ModelVersion = Model.Version,
            FraudScore = Score,
            Decision,
            Explanation = new
            {
                Unit = "log-odds",
                Base = Explanation.Bias,
                Explanation.Margin,
                Contributions = Explanation.Inputs.Select(static input => new
                {
                    Feature = input.Name,
                    Value = float.IsFinite(input.Value) ? input.Value : (float?)null,
                    Contribution = input.LogOdds,
                }),
            },
            Stored = Stored is null
                ? null
                : new { FraudScore = Stored.Score, Stored.Model, Stored.ModelVersion, Stored.Reasons },
        },
        JsonOptions);

    public string ToTable()
    {
        var text = new StringBuilder();
        var width = Explanation.Inputs.Max(static input => input.Name.Length);
        var widest = Explanation.Inputs.Max(static input => Math.Abs(input.LogOdds));
        Line($"{Model.Name} version {Model.Version}: score {Score:0.0000}, {Decision} (review from {Model.Thresholds.Review:0.####}, block from {Model.Thresholds.Block:0.####})");
        if (Stored is not null)
        {
            Line($"{Stored.TransactionId}: stored with {Stored.Score:0.0000} by {Stored.Model} version {Stored.ModelVersion}");
        }

        Line($"");
        Line($"{"INPUT".PadRight(width)}  {"VALUE",12}  {"LOG-ODDS",9}  {"MARGIN",9}");
        var margin = Explanation.Bias;
        Line($"{"base".PadRight(width)}  {"",12}  {"",9}  {margin,9:0.0000}");
        foreach (var input in Explanation.Inputs)
        {
            margin += input.LogOdds;
            var bar = new string(input.LogOdds < 0 ? '-' : '+', (int)Math.Round(BarWidth * Math.Abs(input.LogOdds) / Math.Max(widest, 1e-9)));
            var value = float.IsNaN(input.Value) ? "missing" : input.Value.ToString("0.####", CultureInfo.InvariantCulture);
            Line($"{input.Name.PadRight(width)}  {value,12}  {input.LogOdds,9:+0.0000;-0.0000;0.0000}  {margin,9:0.0000}  {bar}");
        }

        return text.ToString().TrimEnd();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture).TrimEnd()).Append('\n');
    }
}
