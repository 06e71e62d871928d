using System.Globalization;
using System.Text;
using Fraud.Benchmarks.Load;

namespace Fraud.Faults.Fuzz;

/// <summary>What a run showed. Thread-safe while it runs.</summary>
public sealed class FuzzReport
{
    // A broken server breaks every request; the first few tell.
    private const int MostViolations = 50;

    internal const string AlonePart = "alone";
    internal const string BesidePart = "beside";

    // What happens to a connection after its answer comes this late, with a machine that stands still at times.
    private static readonly TimeSpan Near = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly List<(DateTime From, DateTime To, long Number, string Name)> _times = [];

    public long Requests { get; private set; }

    public int ViolationCount { get; private set; }

    public List<string> Violations { get; } = [];

    /// <summary>What the good client saw; null until the end.</summary>
    internal GoodClientResult? Good { get; set; }

    /// <summary>Lines about the server's memory, connections and payments.</summary>
    public List<string> Notes { get; } = [];

    public void Add(FuzzRequest request, FuzzAnswer answer, TimeSpan took, string? wrong)
    {
        lock (_lock)
        {
            Requests++;
            var now = DateTime.UtcNow;
            _times.Add((now - took, now, request.Number, request.Name));
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

    /// <summary>Numbers and names of requests that were under way, or just answered, at a time of the service's log.</summary>
    public string UnderWayAt(TimeSpan time)
    {
        lock (_lock)
        {
            return string.Join(", ", _times
                .Where(request => request.From.TimeOfDay - Near < time && request.To.TimeOfDay + Near > time)
                .Select(static request => string.Create(CultureInfo.InvariantCulture, $"#{request.Number} {request.Name}")));
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
        if (Good is not null)
        {
            text.AppendLine("| the good client | payments | p50 | p99 | longest | p99 without standstills | longest | standstills | longest |");
            text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
            text.AppendLine(Describe("alone", Good.Part(AlonePart)));
            text.AppendLine(Describe("beside the fuzz", Good.Part(BesidePart)));
        }

        return text.ToString();
    }

    /// <summary>
    /// A violation where the good client waited longer beside the fuzz than alone, both as it waited and without the
    /// machine's own pauses.
    /// </summary>
    /// <param name="most">So much longer its 99th percentile may be.</param>
    public void ExpectUnaffected(TimeSpan most)
    {
        var longer = Longer(static log => log.Gross);
        var longerNet = Longer(static log => log.Net);
        if (longer > most && longerNet > most)
        {
            Violate(string.Create(
                CultureInfo.InvariantCulture,
                $"the good client's 99th percentile was {longer.TotalMilliseconds:0.0} ms ({longerNet.TotalMilliseconds:0.0} ms without standstills) longer beside the fuzz than alone; expected at most {most.TotalMilliseconds:0} ms"));
        }
    }

    private TimeSpan Longer(Func<GoodClientLog, List<long>> times) =>
        P99(times(Good!.Part(BesidePart))) - P99(times(Good.Part(AlonePart)));

    private static TimeSpan P99(List<long> times) => GoodClientLog.Histogram(times).Quantile(0.99);

    private static string Describe(string name, GoodClientLog log)
    {
        var gross = GoodClientLog.Histogram(log.Gross);
        var net = GoodClientLog.Histogram(log.Net);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {gross.TotalCount} | {gross.Quantile(0.5).TotalMilliseconds:0.0} ms | {gross.Quantile(0.99).TotalMilliseconds:0.0} ms | {gross.Quantile(1).TotalMilliseconds:0.0} ms | {net.Quantile(0.99).TotalMilliseconds:0.0} ms | {net.Quantile(1).TotalMilliseconds:0.0} ms | {log.Pauses} | {log.LongestPause:0.0} ms |");
    }

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
