using System.Globalization;
using System.Text;
using Fraud.Benchmarks.Load;

namespace Fraud.Faults.Fuzz;

/// <summary>What a run showed. Thread-safe while it runs.</summary>
public sealed class FuzzReport
{
    // A broken server breaks every request; the first few tell.
    private const int MostViolations = 50;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Row> _rows = new(StringComparer.Ordinal);

    public long Requests { get; private set; }

    public int ViolationCount { get; private set; }

    public List<string> Violations { get; } = [];

    /// <summary>The good client alone, and beside the fuzz.</summary>
    public LatencyHistogram Alone { get; set; } = new();

    public LatencyHistogram Beside { get; set; } = new();

    /// <summary>Lines about the server's memory, connections and payments.</summary>
    public List<string> Notes { get; } = [];

    public void Add(FuzzRequest request, FuzzAnswer answer, TimeSpan took, string? wrong)
    {
        lock (_lock)
        {
            Requests++;
            if (!_rows.TryGetValue(request.Name.Split('?')[0], out var row))
            {
                _rows.Add(request.Name.Split('?')[0], row = new Row());
            }

            row.Add(answer.Status);
            row.Slowest = took > row.Slowest ? took : row.Slowest;
            if (wrong is not null)
            {
                Violate($"#{request.Number} {request.Name} [{request.Mutations}]: {wrong}\n    {request.Excerpt()}");
            }
        }
    }

    public void Violate(string text)
    {
        lock (_lock)
        {
            ViolationCount++;
            if (Violations.Count < MostViolations)
            {
                Violations.Add(text);
            }
        }
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("| made from | requests | 2xx, 3xx | 400 | 404, 405 | other 4xx | 429 | 503, 504 | refused by Kestrel's 5xx | closed | slowest |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        var all = new Row();
        foreach (var (name, row) in _rows)
        {
            text.AppendLine(row.ToMarkdown(name));
            all.Add(row);
        }

        text.AppendLine(all.ToMarkdown("**all**"));
        text.AppendLine();
        text.AppendLine("| the good client | payments | p50 | p99 | longest |");
        text.AppendLine("|---|--:|--:|--:|--:|");
        text.AppendLine(Latency("alone", Alone));
        text.AppendLine(Latency("beside the fuzz", Beside));
        return text.ToString();
    }

    private static string Latency(string name, LatencyHistogram latencies) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {latencies.Count} | {latencies.Quantile(0.5).TotalMilliseconds:0.0} ms | {latencies.Quantile(0.99).TotalMilliseconds:0.0} ms | {latencies.Max.TotalMilliseconds:0.0} ms |");

    private sealed class Row
    {
        private readonly long[] _counts = new long[8];

        public TimeSpan Slowest { get; set; }

        public void Add(int status) => _counts[status switch
        {
            0 => 7,
            < 400 => 0,
            400 => 1,
            404 or 405 => 2,
            429 => 4,
            < 500 => 3,
            503 or 504 => 5,
            _ => 6,
        }]++;

        public void Add(Row other)
        {
            for (var i = 0; i < _counts.Length; i++)
            {
                _counts[i] += other._counts[i];
            }

            Slowest = other.Slowest > Slowest ? other.Slowest : Slowest;
        }

        public string ToMarkdown(string name) => string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {_counts.Sum()} | {string.Join(" | ", _counts)} | {Slowest.TotalMilliseconds:0} ms |");
    }
}
