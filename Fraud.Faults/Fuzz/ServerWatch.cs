using System.Globalization;

namespace Fraud.Faults.Fuzz;

/// <summary>What a server's process holds: memory, connections and files, payments.</summary>
internal sealed class ServerWatch(int processId, Uri server)
{
    // Everything the run itself leaves behind is far below: 100,000 requests that each lost 1 kB would be 100 MB.
    private const long MostGrowth = 80L << 20;

    // The good client's connection, and what the store opens when it likes.
    private const int MostHandles = 12;

    // A payment lost by every hundredth request would be a thousand.
    private const double MostPayments = 500;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(20);

    private State? _warm;

    public void Remember() => _warm = Look();

    /// <summary>Waits until nothing is in flight, then compares.</summary>
    public async Task Compare(FuzzReport report, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Settle);
        var now = Look();
        while ((now.InFlight > 0 || now.Handles > _warm!.Handles) && !deadline.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            now = Look();
        }

        report.Notes.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"after a tenth of the requests and after all: memory {_warm!.Memory >> 20} MB and {now.Memory >> 20} MB, handles {_warm.Handles} and {now.Handles}, payments made for the pool {_warm.Payments} and {now.Payments}, in flight at the end {now.InFlight}"));
        Expect(report, now.InFlight == 0, "payments are still in flight");
        Expect(report, now.Memory - _warm.Memory < MostGrowth, $"memory grew by more than {MostGrowth >> 20} MB");
        Expect(report, now.Handles - _warm.Handles <= MostHandles, "connections or files stayed open");
        Expect(report, now.Payments - _warm.Payments < MostPayments, "payments do not come back to their pool");
    }

    private static void Expect(FuzzReport report, bool holds, string otherwise)
    {
        if (!holds)
        {
            report.Violate(otherwise);
        }
    }

    private State Look()
    {
        using var http = new HttpClient { BaseAddress = server };
        var metrics = http.GetStringAsync(new Uri("/metrics", UriKind.Relative)).GetAwaiter().GetResult();
        var resident = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status"))
            .First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return new State(
            long.Parse(resident, CultureInfo.InvariantCulture) << 10,
            Directory.GetFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/fd")).Length,
            Value(metrics, "fraud_http_payments_made_total"),
            Value(metrics, "fraud_http_in_flight"));
    }

    private static double Value(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith(name + " ", StringComparison.Ordinal) || line.StartsWith(name + "{", StringComparison.Ordinal))
        .Sum(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    private sealed record State(long Memory, int Handles, double Payments, double InFlight);
}
