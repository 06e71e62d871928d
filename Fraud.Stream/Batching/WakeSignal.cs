namespace Fraud.Stream.Batching;

/// <summary>
/// Wakes a thread of its own that looks for work: the Kafka consumer's, the outbox's, the follower's. Callers check what they wait for,
/// <see cref="Arm"/>, check again, and only then <see cref="Wait"/>: a wake-up between the two checks is not lost.
/// </summary>
#pragma warning disable CA1001 // The event's kernel handle is never asked for, so there is nothing to dispose of.
public sealed class WakeSignal
#pragma warning restore CA1001
{
    // A few spins catch a wake-up that is about to come; longer spinning would take the processor from whom it is waited for.
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

    /// <returns>False when the time ran out.</returns>
    public bool Wait(TimeSpan timeout, CancellationToken cancellation) => _event.Wait(timeout, cancellation);
}
