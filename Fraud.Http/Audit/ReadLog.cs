using System.Globalization;
using Fraud.Http.Problems;
using Fraud.Stream.Audit;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Audit;

/// <summary>
/// Who looked at which flagged payments. Reads that are alike become one entry with their number, a short time later, so that a
/// page that is open all day does not fill the audit log; what is there at the end is written before the process stops.
/// </summary>
internal sealed partial class ReadLog(IAuditLog audit, AuditOptions options, TimeProvider time, ILogger<ReadLog> log) : BackgroundService
{
    private readonly ReadTallies _tallies = new(options.MaxReadsWaiting, time);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Lock _waking = new();

    /// <summary>The answer when a read cannot be recorded.</summary>
    public static Problem Full { get; } = new(
        503, "Service Unavailable", "What is read has to be recorded, and too much waits for the store already. Ask again later.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>To be called before what was read is answered.</summary>
    /// <param name="action">How it was read, in the past.</param>
    /// <param name="subject">A payment's id, or what was asked for. Never a card.</param>
    /// <param name="payments">How many were read.</param>
    /// <returns>False when it cannot be recorded: then nothing may be shown.</returns>
    public bool TryRecord(HttpContext context, string action, string subject, int payments)
    {
        var isRecorded = _tallies.TryAdd(new ReadKey(AuditExtensions.ActorOf(context), action, subject), payments);
        if (_tallies.IsHalfFull)
        {
            Wake();
        }

        return isRecorded;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.Run(Write, CancellationToken.None);
    }

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            using var interval = new CancellationTokenSource(options.ReadInterval, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(interval.Token, stoppingToken);
            await _wake.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
            {
                // The store's calls block.
                await Task.Run(Write, CancellationToken.None);
            }
        }
    }

    private void Wake()
    {
        lock (_waking)
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
    }

    private void Write()
    {
        var taken = _tallies.Take();
        for (var at = 0; at < taken.Count; at++)
        {
            var (key, tally) = taken[at];
            try
            {
                audit.Record(key.Actor, key.Action, key.Subject, Words(tally));
            }
            catch (StoreUnavailableException error)
            {
                _tallies.PutBack(taken.Skip(at));
                NotWritten(log, taken.Count - at, error.Message);
                return;
            }
        }

        _tallies.PutBack([]);
    }

    private static string Words(ReadTally tally) => string.Create(
        CultureInfo.InvariantCulture, $"{tally.Reads} reads, {tally.Payments} payments, from {tally.First:HH:mm:ss}Z to {tally.Last:HH:mm:ss}Z");

    [LoggerMessage(430, LogLevel.Warning, "{Count} entries about reads wait for the audit log: {Reason}")]
    private static partial void NotWritten(ILogger log, int count, string reason);
}
