using Akka.Actor;
using Akka.Coordination;
using Akka.Event;

namespace Fraud.Stream.Formation;

/// <summary>
/// The lease that decides which side of a divided cluster goes on: a row in PostgreSQL, owned by an incarnation (rule 23 of
/// docs/decisions/0011).
/// </summary>
/// <remarks>
/// <para><see cref="Acquire()"/> is false only when the store names another live owner, or refuses this incarnation. While the
/// store is silent it tries on, as long as the actor system runs: a failure would make the resolver end this side, and with a
/// silent store both sides. So <c>lease-operation-timeout</c> bounds each question, not the call.</para>
/// <para><see cref="CheckLease"/> trusts a renewal for the time to live from the moment when it was asked for, by the monotonic
/// clock: the store counts from a later moment, so it is never trusted for longer than the row lives.</para>
/// <para>A lease that is not renewed in time is lost: its callback runs once, renewals end, and it has to be acquired again.</para>
/// <para>Safe to call from any thread. It ends with its actor system and is not given back then: the row expires.</para>
/// </remarks>
public sealed class PostgresLease : Lease
{
    private readonly LeaseTable _table;
    private readonly string _owner;
    private readonly TimeSpan _retryInterval;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log;
    private readonly CancellationToken _stopping;
    private Holding? _holding;

    /// <summary>As Akka makes it: what it needs comes with <see cref="FormationSetup"/>.</summary>
    public PostgresLease(LeaseSettings settings, ExtendedActorSystem system)
        : this(settings, FormationSetup.Of(system), Logging.GetLogger(system, typeof(PostgresLease)), StoppingOf(system))
    {
    }

    internal PostgresLease(LeaseSettings settings, FormationSetup formation, ILoggingAdapter log, CancellationToken stopping)
        : base(settings)
    {
        _table = formation.Leases;
        _owner = formation.Incarnation;
        _time = formation.Time;
        _retryInterval = settings.LeaseConfig.GetTimeSpan("retry-interval", TimeSpan.FromMilliseconds(500));
        _log = log;
        _stopping = stopping;
    }

    private TimeSpan TimeToLive => Settings.TimeoutSettings.HeartbeatTimeout;

    public override Task<bool> Acquire() => Acquire(static _ => { });

    public override async Task<bool> Acquire(Action<Exception> leaseLostCallback)
    {
        while (true)
        {
            var asked = _time.GetTimestamp();
            switch (await TryTake())
            {
                // An answer that took the lease's whole life says nothing about now.
                case LeaseAnswer.Taken when _time.GetElapsedTime(asked) < TimeToLive:
                    Hold(new Holding(asked, leaseLostCallback, _stopping));
                    return true;
                case LeaseAnswer.Owned(var other):
                    _log.Info("Lease {0} is owned by {1}", Settings.LeaseName, other);
                    return false;
                case LeaseAnswer.Refused:
                    _log.Warning("Lease {0} is refused: this node was removed from the cluster", Settings.LeaseName);
                    return false;
            }

            await Task.Delay(_retryInterval, _time, _stopping);
        }
    }

    /// <summary>Ends its renewals at once, so that it expires by itself when the store cannot be told.</summary>
    /// <exception cref="LeaseException">The store does not answer.</exception>
    public override async Task<bool> Release()
    {
        Interlocked.Exchange(ref _holding, null)?.End();
        try
        {
            using var question = new Question(Settings.TimeoutSettings.OperationTimeout, _time, _stopping);
            await _table.Release(Settings.LeaseName, _owner, question.Stopping);
            return true;
        }
        catch (Exception error)
        {
            throw new LeaseException($"Lease {Settings.LeaseName} was not given back and expires by itself: {error.Message}", error);
        }
    }

    public override bool CheckLease() =>
        Volatile.Read(ref _holding) is { } holding && _time.GetElapsedTime(holding.RenewedAt) < TimeToLive;

    /// <summary>The store's answer; no one is named when it gives none.</summary>
    private async Task<LeaseAnswer> TryTake()
    {
        try
        {
            using var question = new Question(Settings.TimeoutSettings.OperationTimeout, _time, _stopping);
            return await _table.TryTake(Settings.LeaseName, _owner, TimeToLive, question.Stopping);
        }
        catch (Exception error) when (!_stopping.IsCancellationRequested)
        {
            _log.Warning("Lease {0}: the store does not answer, asked again in {1}: {2}", Settings.LeaseName, _retryInterval, error.Message);
            return new LeaseAnswer.Unsettled();
        }
    }

    private void Hold(Holding holding)
    {
        Interlocked.Exchange(ref _holding, holding)?.End();
        _ = KeepRenewed(holding);
    }

    /// <summary>Ends when the lease is released, acquired again or lost, and with the actor system.</summary>
    private async Task KeepRenewed(Holding holding)
    {
        using var renewing = holding;
        try
        {
            LeaseException? reason;
            do
            {
                var left = Left(holding, _time.GetTimestamp());
                await Task.Delay(
                    left < Settings.TimeoutSettings.HeartbeatInterval ? left : Settings.TimeoutSettings.HeartbeatInterval, _time, holding.Ended);
                reason = await Renew(holding);
            }
            while (reason is null);

            // An owner that acquired it since is not affected.
            if (Interlocked.CompareExchange(ref _holding, null, holding) == holding)
            {
                _log.Warning("Lease {0} is lost: {1}", Settings.LeaseName, reason.Message);
                holding.Lost(reason);
            }
        }
        catch (Exception error)
        {
            if (!holding.Ended.IsCancellationRequested)
            {
                _log.Error(error, "Lease {0}: who was told that it is lost failed", Settings.LeaseName);
            }
        }
    }

    /// <returns>Why it is lost; null while it is not.</returns>
    private async Task<LeaseException?> Renew(Holding holding)
    {
        var asked = _time.GetTimestamp();
        var left = Left(holding, asked);
        if (left == TimeSpan.Zero)
        {
            return new LeaseException($"it was not renewed within {TimeToLive}");
        }

        try
        {
            var timeout = Settings.TimeoutSettings.OperationTimeout;
            using var question = new Question(left < timeout ? left : timeout, _time, holding.Ended);
            if (!await _table.Renew(Settings.LeaseName, _owner, TimeToLive, question.Stopping))
            {
                return new LeaseException("it expired, another owner has it, or this node was removed");
            }

            holding.RenewedAt = asked;
            return null;
        }
        catch (Exception error) when (!holding.Ended.IsCancellationRequested)
        {
            _log.Warning("Lease {0} was not renewed: {1}", Settings.LeaseName, error.Message);
            return null;
        }
    }

    /// <summary>What is left of the life of a lease; zero when it is over.</summary>
    private TimeSpan Left(Holding holding, long now)
    {
        var left = TimeToLive - _time.GetElapsedTime(holding.RenewedAt, now);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static CancellationToken StoppingOf(ExtendedActorSystem system)
    {
        var stopping = new CancellationTokenSource();
        system.RegisterOnTermination(stopping.Cancel);
        return stopping.Token;
    }
}
