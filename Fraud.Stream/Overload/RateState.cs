namespace Fraud.Stream.Overload;

/// <summary>Where a client stands after a request, as it is told. The default says nothing: there is no limit.</summary>
/// <param name="Limit">Most payments at once; 0 without a limit.</param>
/// <param name="PerSecond">Payments a second on average.</param>
/// <param name="Remaining">Payments that it may send at once now.</param>
/// <param name="Reset">Until all of <paramref name="Limit"/> is there again.</param>
public readonly record struct RateState(int Limit, int PerSecond, int Remaining, TimeSpan Reset)
{
    public bool IsLimited => Limit > 0;
}
