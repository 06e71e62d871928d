using Fraud.Stream.Storage;

namespace Fraud.Stream.Retraining;

/// <summary>Holds a model's training lease, renewing it until it is disposed of; ends the work when it is lost.</summary>
public sealed class TrainingLeaseKeeper : IAsyncDisposable
{
    private readonly TrainingLeaseQueries _leases;
    private readonly string _model;
    private readonly string _job;
    private readonly TimeSpan _length;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;
    private DateTimeOffset _until;
    private bool _isFinished;
    private long? _labelSequence;

    private TrainingLeaseKeeper(TrainingLeaseQueries leases, string model, string job, TimeSpan length, DateTimeOffset until, TimeProvider time)
    {
        (_leases, _model, _job, _length, _until, _time) = (leases, model, job, length, until, time);
        _renewing = Task.Run(Renew);
    }

    /// <summary>Fires when the lease is another's, or could not be renewed in time: nothing may be put in service any more.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the lease unless another job has it.</summary>
    /// <param name="holder">Who has it, when it was not taken.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public static TrainingLeaseKeeper? TryTake(
        TrainingLeaseQueries leases, string model, string owner, string job, TimeSpan length, TimeProvider time, out TrainingLease? holder)
    {
        var now = time.GetUtcNow();
        var until = now + length;
        (var isTaken, holder) = leases.TryTake(model, owner, job, now.ToUnixTimeMilliseconds(), until.ToUnixTimeMilliseconds());
        return isTaken ? new TrainingLeaseKeeper(leases, model, job, length, until, time) : null;
    }

    /// <summary>Notes that the job was not interrupted: the cooldown and the schedule count from now.</summary>
    /// <param name="labelSequence">Position of the label journal up to which it knew labels; null when it failed.</param>
    public void Finish(long? labelSequence) => (_isFinished, _labelSequence) = (true, labelSequence);

    /// <summary>Gives the lease back. Where the store does not answer it expires by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            _leases.Release(_model, _job, _isFinished ? _time.GetUtcNow().ToUnixTimeMilliseconds() : null, _labelSequence);
        }
        catch (StoreUnavailableException)
        {
            // Then it expires.
        }

        _lost.Dispose();
        _ended.Dispose();
    }

    private async Task Renew()
    {
        // Two failures may happen before it is too late.
        using var timer = new PeriodicTimer(_length / 4, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                if (!TryRenew())
                {
                    await _lost.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed of.
        }
        catch
        {
            // Not known what the row says: as good as lost.
            await _lost.CancelAsync();
            throw;
        }
    }

    private bool TryRenew()
    {
        var now = _time.GetUtcNow();
        try
        {
            if (!_leases.Renew(_model, _job, (now + _length).ToUnixTimeMilliseconds()))
            {
                return false;
            }

            _until = now + _length;
            return true;
        }
        catch (StoreUnavailableException)
        {
            // Ours until it expires; the next tick tries again.
            return now < _until;
        }
    }
}
