namespace Fraud.Stream.Batching;

/// <summary>
/// Wakes a stage's thread when any of its queues has something for it. Callers check their queues,
/// <see cref="Arm"/>, check again, and only then <see cref="Wait(CancellationToken)"/>: a wake-up between the two
/// checks is not lost.
/// </summary>
#pragma warning disable CA1001 // The event's kernel handle is never asked for, so there is nothing to dispose of.
public sealed class WakeSignal
#pragma warning restore CA1001
{
    // A few spins catch the hand-over between two busy stages; longer spinning would take the
    // processor from the very stage that is waited for.
    private readonly ManualResetEventSlim _event = new(initialState: false, spinCount: 10);

    public void Set()
    {
        // The check spares a lock on the writer's hot path while the reader is awake anyway.
        if (!_event.IsSet)
        {
            _event.Set();
        }
    }

    public void Arm() => _event.Reset();

    public void Wait(CancellationToken cancellation) => _event.Wait(cancellation);

    /// <returns>False when the time ran out.</returns>
    public bool Wait(TimeSpan timeout, CancellationToken cancellation) => _event.Wait(timeout, cancellation);
}
