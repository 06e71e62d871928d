using Fraud.Stream.Batching;

namespace Fraud.Stream.FanOut;

/// <summary>
/// Gives every sink the same batch, and waits for the slowest: nothing is dropped, and no sink runs
/// ahead of a sibling that stopped.
/// </summary>
public sealed class FanOut<T>(Action<T, int> retain, params IReadOnlyList<StageQueue<T>> sinks)
{
    public void Write(T item, CancellationToken cancellation)
    {
        // Each sink releases once; the writer's own hold counts for one of them.
        retain(item, sinks.Count - 1);
        foreach (var sink in sinks)
        {
            sink.Write(item, cancellation);
        }
    }

    public void Complete()
    {
        foreach (var sink in sinks)
        {
            sink.Complete();
        }
    }
}
