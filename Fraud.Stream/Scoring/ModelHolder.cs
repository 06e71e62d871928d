namespace Fraud.Stream.Scoring;

/// <summary>The model in service. Swapped atomically; each scoring thread takes the new one with its next batch.</summary>
public sealed class ModelHolder(ServedModel first) : ModelSeat(first)
{
    /// <summary>For reading its description. To score with it, <see cref="Acquire"/> it.</summary>
    // Nothing takes it away without putting another there.
    public ServedModel Current => Occupant!;

    /// <summary>The model in service, held for the caller, who releases it.</summary>
    public ServedModel Acquire() => TryAcquire()!;

    /// <summary>Puts another model in service; the old one is freed when nobody scores with it any more.</summary>
    public void Swap(ServedModel next) => Replace(next);
}
