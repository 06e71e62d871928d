using Fraud.Stream.Cluster;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.State;

/// <summary>Keeps the terminals up to date with what other nodes stored, and all histories with the labels. One thread.</summary>
/// <param name="wake">Set when something new is in the store.</param>
public sealed class TerminalFollower(TerminalFeed terminals, ManualResetEventSlim wake, ClusterOptions options, ILogger<TerminalFollower> log)
{
    private readonly Backoff _backoff = new(options.FollowInterval, 10 * options.FollowInterval);

    /// <summary>Until stopped. A store that is away is waited for.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var wait = options.FollowInterval;
            wake.Reset();
            try
            {
                while (terminals.Follow())
                {
                    stop.ThrowIfCancellationRequested();
                }

                _backoff.Reset();
                wake.Wait(wait, stop);
            }
            catch (StoreUnavailableException error)
            {
                wait = _backoff.Next();
                StreamLog.FollowFailed(log, error.Message);
                stop.WaitHandle.WaitOne(wait);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
