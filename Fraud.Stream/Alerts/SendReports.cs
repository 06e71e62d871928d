using Confluent.Kafka;

namespace Fraud.Stream.Alerts;

/// <summary>What Kafka said to a record.</summary>
public enum SendOutcome
{
    /// <summary>Nothing, or no: it may be there all the same.</summary>
    NotTaken,

    Taken,

    /// <summary>Never, with this value.</summary>
    TooLarge,
}

/// <summary>Reports on the records of one call, which may still come when no one waits for them any more. Thread-safe.</summary>
#pragma warning disable CA1001 // The event's kernel handle is never asked for, so there is nothing to dispose of.
internal sealed class SendReports(int count)
#pragma warning restore CA1001
{
    private readonly SendOutcome[] _outcomes = new SendOutcome[count];
    private readonly CountdownEvent _left = new(count);
    private readonly Lock _gate = new();
    private int _taken;
    private Error? _failure;

    public void Taken(int at) => Set(at, SendOutcome.Taken, failure: null);

    public void TooLarge(int at, Error failure) => Set(at, SendOutcome.TooLarge, failure);

    public void Failed(int at, Error failure) => Set(at, SendOutcome.NotTaken, failure);

    /// <summary>False when some report did not come within the time; true also when the wait was ended.</summary>
    public bool Wait(TimeSpan longest, CancellationToken stop)
    {
        try
        {
            return _left.Wait(longest, stop);
        }
        catch (OperationCanceledException)
        {
            // Who asked for it takes what is there.
            return true;
        }
    }

    /// <summary>As they are now.</summary>
    /// <param name="failure">The first; null when there was none.</param>
    public IReadOnlyList<SendOutcome> Outcomes(out int taken, out Error? failure)
    {
        lock (_gate)
        {
            (taken, failure) = (_taken, _failure);
            return [.. _outcomes];
        }
    }

    private void Set(int at, SendOutcome outcome, Error? failure)
    {
        lock (_gate)
        {
            _outcomes[at] = outcome;
            _taken += outcome == SendOutcome.Taken ? 1 : 0;
            _failure ??= failure;
        }

        _left.Signal();
    }
}
