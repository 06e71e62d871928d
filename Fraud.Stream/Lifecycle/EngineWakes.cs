using Fraud.Stream.Batching;

namespace Fraud.Stream.Lifecycle;

/// <summary>Tells who sleeps until something is in the store. To set one never blocks; one that is not heard only costs the sleeper's interval.</summary>
public sealed class EngineWakes
{
    /// <summary>There may be labels, or what other nodes stored.</summary>
    public WakeSignal Follower { get; } = new();

    /// <summary>There may be records to send.</summary>
    public WakeSignal Outbox { get; } = new();
}
