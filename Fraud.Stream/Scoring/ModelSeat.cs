namespace Fraud.Stream.Scoring;

/// <summary>A place that a model is in, or none. Thread-safe.</summary>
public abstract class ModelSeat(ServedModel? first) : IDisposable
{
    private ServedModel? _occupant = first;

    /// <summary>For reading its description. To score with it, <see cref="TryAcquire"/> it.</summary>
    public ServedModel? Occupant => Volatile.Read(ref _occupant);

    /// <summary>The model that is there, held for the caller, who releases it; null when none is.</summary>
    public ServedModel? TryAcquire()
    {
        while (true)
        {
            var occupant = Occupant;
            if (occupant is null || occupant.TryRetain())
            {
                return occupant;
            }
        }
    }

    public void Dispose()
    {
        Occupant?.Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Puts another there; the one before is freed when nobody scores with it any more.</summary>
    protected void Replace(ServedModel? next) => Interlocked.Exchange(ref _occupant, next)?.Release();
}

/// <summary>A place that the registry fills and empties by the names of versions: a shadow's, or a challenger's.</summary>
public sealed class RoleSeat() : ModelSeat(null)
{
    /// <param name="next">Null: nobody is there any more.</param>
    public void Put(ServedModel? next) => Replace(next);
}
