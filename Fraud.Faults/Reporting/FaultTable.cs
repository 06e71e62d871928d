using System.Globalization;
using System.Text;
using System.Text.Json;
using Fraud.Faults.Scenarios;

namespace Fraud.Faults.Reporting;

/// <summary>All runs by fault: as a table for people, as JSON for programs.</summary>
public sealed class FaultTable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly List<(Fault Fault, string? Skipped, List<RunResult> Runs)> _faults = [];

    public int Passed => _faults.Count(static fault => fault.Skipped is null && fault.Runs.TrueForAll(static run => run.Violations.Count == 0));

    public int Failed => _faults.Count(static fault => fault.Runs.Exists(static run => run.Violations.Count > 0));

    public void Add(Fault fault, RunResult run)
    {
        if (_faults.Count == 0 || _faults[^1].Fault.Name != fault.Name)
        {
            _faults.Add((fault, null, []));
        }

        _faults[^1].Runs.Add(run);
    }

    public void Skip(Fault fault, string reason) => _faults.Add((fault, reason, []));

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("| fault | runs | inputs | lost | duplicated | violations | out of service, median | maximum |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var (fault, skipped, runs) in _faults)
        {
            if (skipped is not null)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| {fault.Name} | 0 | | | | | skipped: {skipped} | |");
                continue;
            }

            var outages = runs.SelectMany(static run => run.Outages).Order().ToArray();
            var times = outages.Length == 0
                ? "| "
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{outages[outages.Length / 2].TotalSeconds:0.0} s | {outages[^1].TotalSeconds:0.0} s");
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {fault.Name} | {runs.Count} | {runs.Sum(static run => run.Inputs)} | {runs.Sum(static run => run.Lost)} | {runs.Sum(static run => run.Duplicated)} | {runs.Sum(static run => run.Violations.Count)} | {times} |");
        }

        return text.ToString();
    }

    public string Legend()
    {
        var text = new StringBuilder();
        foreach (var (fault, _, _) in _faults)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- **{fault.Name}**: {fault.What}.");
        }

        return text.ToString();
    }

    public string ToJson() => JsonSerializer.Serialize(
        _faults.Select(static each => new
        {
            each.Fault.Name,
            each.Fault.What,
            each.Skipped,
            Runs = each.Runs.Select(static run => new
            {
                run.Seed,
                run.Inputs,
                run.Lost,
                run.Duplicated,
                OutOfServiceSeconds = run.Outages.Select(static outage => outage.TotalSeconds),
                ElapsedSeconds = run.Elapsed.TotalSeconds,
                run.Notes,
                run.Violations,
            }),
        }),
        Indented);
}
