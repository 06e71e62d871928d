using Fraud.Stream.Keys;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fraud.Http.Security;

/// <summary>
/// Keeps <see cref="KeyDirectory"/> as the store has the keys. While the store is away those known last stay good: their
/// expiry goes on to count, and without the store no payment is answered either.
/// </summary>
internal sealed class KeyRefresh(
    IFraudStore store, KeyDirectory keys, FrontDoor door, SecurityOptions options, TimeProvider time, ILogger<KeyRefresh> log)
    : BackgroundService, IHostedLifecycleService
{
    // Until the store is there; requests that need a key wait for it.
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);

    // A store that is up answers in milliseconds; one that is not must not keep the rest from starting.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    private readonly KeyQueries _stored = new(store.Database);
    private long _version = -1;
    private bool _isAway;

    /// <summary>Before anything starts: a door that is open to others needs something that keeps them out.</summary>
    /// <exception cref="OptionsValidationException">It has nothing.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Oidc is { IsUsed: true, SessionKey: "" })
        {
            SecurityLog.SessionsOfThisNode(log);
        }

        if (options.AllowAnonymous)
        {
            SecurityLog.Anonymous(log);
        }
        else if (options.RequireCredentials && !options.HasCredentials)
        {
            await Look(cancellationToken);
            if (!keys.HasStored)
            {
                SecurityLog.NoKeyYet(log);
            }
        }
        else if (door.IsLoopbackOnly && !options.HasCredentials)
        {
            await Look(cancellationToken);
            if (!keys.HasStored)
            {
                SecurityLog.LoopbackOnly(log);
            }
        }
        else if (!options.HasCredentials)
        {
            await Look(cancellationToken);
            if (keys.Loaded.IsCompleted && !keys.HasStored)
            {
                throw new OptionsValidationException(SecurityOptions.Section, typeof(SecurityOptions), [door.Remedy]);
            }
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryRefresh(stoppingToken);
            await Task.Delay(keys.Loaded.IsCompleted ? options.KeyRefresh : FirstRetry, time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>When the store is away it is not known whether there are keys; then nobody comes in without one.</summary>
    private Task Look(CancellationToken cancellation) =>
        Task.WhenAny(TryRefresh(cancellation), Task.Delay(LongestLook, time, cancellation));

    private async Task TryRefresh(CancellationToken cancellation)
    {
        try
        {
            // The store's calls block.
            await Task.Run(Refresh, cancellation);
            _isAway = false;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (Exception error)
        {
            // Once each time that it goes away; the graph's log says the rest.
            if (!_isAway && keys.Loaded.IsCompleted)
            {
                SecurityLog.KeysNotRead(log, error.Message);
            }

            _isAway = true;
        }
    }

    private void Refresh()
    {
        if (!keys.Loaded.IsCompleted)
        {
            // Safe beside the graph, which opens it too.
            store.Open();
        }

        // Read first: a key that is made in between is read twice instead of never.
        var version = _stored.Version();
        if (version != _version)
        {
            keys.Set(_stored.All());
            _version = version;
        }
    }
}
