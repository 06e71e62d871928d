namespace Fraud.Http.Audit;

/// <summary>Reads that are no entries yet: by who read, how, and what. Bounded. Thread-safe.</summary>
internal sealed class ReadTallies(int most, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ReadKey, ReadTally> _tallies = [];

    // Taken, and neither put back nor done with: they count, or a store that is away would have more and more of them.
    private int _taken;

    public bool IsHalfFull
    {
        get
        {
            lock (_lock)
            {
                return _tallies.Count + _taken >= most / 2;
            }
        }
    }

    /// <summary>False when there are as many as may be.</summary>
    public bool TryAdd(ReadKey key, int payments)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_tallies.TryGetValue(key, out var known))
            {
                _tallies[key] = known.And(new ReadTally(1, payments, now, now));
                return true;
            }

            return _tallies.Count + _taken < most && _tallies.TryAdd(key, new ReadTally(1, payments, now, now));
        }
    }

    /// <summary>All there are; they are the caller's until it calls <see cref="PutBack"/>, with none if all were written.</summary>
    public IReadOnlyList<KeyValuePair<ReadKey, ReadTally>> Take()
    {
        lock (_lock)
        {
            var taken = _tallies.ToList();
            _tallies.Clear();
            _taken = taken.Count;
            return taken;
        }
    }

    /// <summary>Puts back what could not be written.</summary>
    public void PutBack(IEnumerable<KeyValuePair<ReadKey, ReadTally>> tallies)
    {
        lock (_lock)
        {
            _taken = 0;
            foreach (var (key, tally) in tallies)
            {
                _tallies[key] = _tallies.TryGetValue(key, out var newer) ? tally.And(newer) : tally;
            }
        }
    }
}

/// <param name="Actor">Who.</param>
/// <param name="Action">How, such as "flagged payments listed".</param>
/// <param name="Subject">A payment's id, or the filter.</param>
internal readonly record struct ReadKey(string Actor, string Action, string Subject);

/// <summary>How often, of how many payments in all, and when.</summary>
internal readonly record struct ReadTally(long Reads, long Payments, DateTimeOffset First, DateTimeOffset Last)
{
    public ReadTally And(ReadTally later) => new(Reads + later.Reads, Payments + later.Payments, First, later.Last);
}
