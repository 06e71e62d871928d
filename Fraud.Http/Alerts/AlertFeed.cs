using Fraud.Http.Cases;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Alerts;

/// <summary>
/// Follows the store's flagged payments while this node has clients, once for all of them. The store is shared, so every
/// node's stream has the alerts of all nodes.
/// </summary>
internal sealed partial class AlertFeed(CaseReads reads, AlertStreamOptions options, TimeProvider time, ILogger<AlertFeed> log)
    : BackgroundService
{
    /// <summary>Alerts that are asked for and sent at a time.</summary>
    public const int Page = 500;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _demand = new(0);
    private int _clients;

    public AlertWindow Window { get; } = new(options.Capacity);

    public int Clients => Volatile.Read(ref _clients);

    /// <summary>False when there are as many clients as may be. Leave once for each time it was true.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _clients) > options.MaxClients)
        {
            Interlocked.Decrement(ref _clients);
            return false;
        }

        _demand.Release();
        return true;
    }

    public void Leave() => Interlocked.Decrement(ref _clients);

    public override void Dispose()
    {
        _demand.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (Clients == 0)
                {
                    await _demand.WaitAsync(stoppingToken);
                    continue;
                }

                // What came while nobody looked is not held: who resumes asks the store for it.
                Window.Reset(await reads.Run(static store => store.AlertHead(), stoppingToken));
                await Follow(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // Whatever it is, clients that wait are better served by another try.
                FollowFailed(log, AfterFailure, error);
                await Task.Delay(AfterFailure, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Follow(CancellationToken stopping)
    {
        while (Clients > 0)
        {
            var page = await reads.Run(store => store.ReadAlerts(Window.End, Page), stopping);
            Window.Add(page.Alerts.Select(Alert.Of), page.UpTo);
            if (page.Alerts.Count < Page)
            {
                await Task.Delay(options.PollInterval, time, stopping);
            }
        }
    }

    [LoggerMessage(300, LogLevel.Warning, "Alerts cannot be followed; trying again in {Wait}")]
    private static partial void FollowFailed(ILogger log, TimeSpan wait, Exception error);
}
