using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Benchmarks.Load;

namespace Fraud.Cli.Load;

/// <summary>What became of a scenario.</summary>
/// <param name="Broken">Thresholds that were not kept to; empty: it passed.</param>
internal sealed record LoadResult([property: JsonIgnore] LoadScenario Scenario, LoadReport Report, IReadOnlyList<string> Broken)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    [JsonPropertyOrder(-2)]
    public string Name => Scenario.Name;

    [JsonPropertyOrder(-1)]
    public bool Passed => Broken.Count == 0;

    public string Reference => Scenario.Reference;

    /// <summary>Accepted payments a second, each of a batch counted.</summary>
    public double PaymentsPerSecond => Report.Seconds <= 0 ? 0 : Math.Round(Report.Accepted.Count * Scenario.Batch / Report.Seconds, 1);

    public static string ToJson(IReadOnlyList<LoadResult> results) =>
        JsonSerializer.Serialize(new { Passed = results.All(static result => result.Passed), Scenarios = results }, Json);

    public static string ToMarkdown(IReadOnlyList<LoadResult> results) => string.Join(
        '\n',
        [
            "| scenario | sent | payments/s | accepted | shed | failed | mean ms | p50 ms | p95 ms | p99 ms | max ms | passed | the reference itself |",
            "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|---|",
            .. results.Select(static result => string.Create(
                CultureInfo.InvariantCulture,
                $"| {result.Name} | {result.Scenario.Description} | {result.PaymentsPerSecond:N0} | {result.Report.AcceptedShare:0.## %} | {result.Report.ShedShare:0.## %} | {result.Report.FailedShare:0.## %} | {result.Report.Accepted.MeanMs:0.00} | {result.Report.Accepted.P50Ms:0.00} | {result.Report.Accepted.P95Ms:0.00} | {result.Report.Accepted.P99Ms:0.00} | {result.Report.Accepted.MaxMs:0.00} | {(result.Passed ? "yes" : string.Join("; ", result.Broken))} | {result.Reference} |")),
        ]);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Scenario.Name}: {Scenario.Description}
        {Report}
        {PaymentsPerSecond:N0} payments/s accepted; {Report.AcceptedShare:0.00 %} accepted, {Report.ShedShare:0.00 %} shed, {Report.FailedShare:0.00 %} failed; mean {Report.Accepted.MeanMs:0.00} ms, p90 {Report.Accepted.P90Ms:0.00} ms, p95 {Report.Accepted.P95Ms:0.00} ms
        {(Passed ? "passed" : $"FAILED: {string.Join("; ", Broken)}")}
        """);
}
