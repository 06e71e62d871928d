using Fraud.Stream.Audit;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Security.SignIns;

/// <summary>
/// Tells of failed sign-ins a few seconds behind them: a line of the log and an entry of the audit log for each burst, so that
/// hundreds of failures are one entry with their number. While the store is away they go on being counted.
/// </summary>
internal sealed class SignInReport(
    FailedSignIns failed, IAuditLog audit, SecurityOptions options, TimeProvider time, ILogger<SignInReport> log) : BackgroundService
{
    // Told to the log, not yet to the audit log. No others are taken while there are any.
    private readonly Queue<FailureBurst> _waiting = new();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.Run(() => Tell(all: true), CancellationToken.None);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.SignIns.ReportInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
            {
                // The store's calls block.
                await Task.Run(() => Tell(all: false), CancellationToken.None);
            }
        }
    }

    private void Tell(bool all)
    {
        if (!TryWrite())
        {
            return;
        }

        foreach (var burst in failed.Take(options.SignIns.MaxEntries, all))
        {
            SecurityLog.SignInsFailed(log, burst.Source, burst.Sources, burst.Words());
            _waiting.Enqueue(burst);
        }

        TryWrite();
    }

    private bool TryWrite()
    {
        try
        {
            while (_waiting.TryPeek(out var burst))
            {
                audit.Record("not known", "sign-in failed", burst.Sources == 1 ? burst.Source : $"{burst.Sources} {burst.Source}", burst.Words(), "refused");
                _waiting.Dequeue();
            }

            return true;
        }
        catch (StoreUnavailableException error)
        {
            SecurityLog.SignInsNotAudited(log, _waiting.Count, error.Message);
            return false;
        }
    }
}
