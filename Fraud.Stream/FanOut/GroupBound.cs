namespace Fraud.Stream.FanOut;

/// <summary>
/// How many payments from Kafka go into one transaction while others come over HTTP, which wait for it to end. Few, where payments are
/// what it takes time for; more, where a store takes its time however few there are, and fewer would only make everybody wait for more
/// transactions: as many as double that time. One thread tells, another asks.
/// </summary>
internal sealed class GroupBound
{
    // More than a payment adds in any store that docs/benchmarks.md has (30 to 90 µs), so that none is taken for a slow one.
    private static readonly TimeSpan CostOfOne = TimeSpan.FromMicroseconds(100);

    // Transactions until a slow one is believed, in part: one that the machine kept waiting is forgotten with the next.
    private const int Patience = 16;

    private readonly int _least;
    private readonly int _most;
    private TimeSpan _own;
    private volatile int _current;

    /// <param name="least">Where the store itself takes next to nothing.</param>
    /// <param name="most">Whatever it takes.</param>
    public GroupBound(int least, int most)
    {
        (_least, _most) = (least, Math.Max(least, most));
        _current = least;
    }

    public int Current => _current;

    /// <summary>A transaction of so many payments took so long.</summary>
    public void Took(int payments, TimeSpan time)
    {
        var own = time - (payments * CostOfOne);
        own = own > TimeSpan.Zero ? own : TimeSpan.Zero;
        _own = own < _own ? own : _own + ((own - _own) / Patience);
        _current = (int)Math.Clamp(_own / CostOfOne, _least, _most);
    }
}
