namespace Fraud.Stream.Scoring;

/// <summary>The model in service. Swapped atomically; each scoring thread takes the new one with its next batch.</summary>
public sealed class ModelHolder(ServedModel first) : IDisposable
{
    private ServedModel _current = first;

    /// <summary>For reading its description. To score with it, <see cref="Acquire"/> it.</summary>
    public ServedModel Current => Volatile.Read(ref _current);

    /// <summary>The model in service, held for the caller, who releases it.</summary>
    public ServedModel Acquire()
    {
        while (true)
        {
            var current = Current;
            if (current.TryRetain())
            {
                return current;
            }
        }
    }

    /// <summary>Puts another model in service; the old one is freed when nobody scores with it any more.</summary>
    public void Swap(ServedModel next) => Interlocked.Exchange(ref _current, next).Release();

    public void Dispose() => Current.Release();
}
