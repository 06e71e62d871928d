namespace Fraud.Stream.Lifecycle;

/// <summary>
/// Wakes the threads that sleep until something is in the store. To set one never blocks; one that is not heard only costs the sleeper's
/// interval. A sleeper resets its own before it looks for work, so that what comes while it looks wakes it.
/// </summary>
#pragma warning disable CA1001 // The events' kernel handles are never asked for, so there is nothing to dispose of.
public sealed class EngineWakes
#pragma warning restore CA1001
{
    // A few spins catch a wake-up that is about to come; longer spinning would take the processor from who sets it.
    private const int Spins = 10;

    /// <summary>There may be labels, or what other nodes stored.</summary>
    public ManualResetEventSlim Follower { get; } = new(initialState: false, Spins);
}
