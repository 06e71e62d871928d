namespace Fraud.Stream.Lifecycle;

/// <summary>Something that runs failed, and all that depends on it stopped.</summary>
public sealed class TopologyFailedException(string message, Exception? inner) : Exception(message, inner);
