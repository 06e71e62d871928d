using System.Collections.Concurrent;

namespace Fraud.Stream.Overload;

/// <summary>
/// A token bucket a client, of payments or of requests, kept as the one time at which the bucket would be full again (GCRA): admitting
/// moves that time on, waiting moves the clock towards it.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ClientRates(ClientRate rate, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Bucket> _clients = new(StringComparer.Ordinal);
    private readonly long _ticksPerPayment = rate.PerSecond == 0
        ? 0
        : Math.Max(1, time.TimestampFrequency / rate.PerSecond);

    /// <summary>Clients that are remembered.</summary>
    public int Count => _clients.Count;

    /// <summary>Takes tokens; false, with the wait until they are there, when there are too few.</summary>
    public bool TryTake(string client, int payments, out TimeSpan retryAfter) =>
        TryTake(client, payments, out retryAfter, out _);

    /// <param name="state">Where the client stands afterwards.</param>
    public bool TryTake(string client, int payments, out TimeSpan retryAfter, out RateState state)
    {
        retryAfter = TimeSpan.Zero;
        state = default;
        if (rate.PerSecond == 0)
        {
            return true;
        }

        var now = time.GetTimestamp();
        if (!_clients.TryGetValue(client, out var bucket))
        {
            Evict();
            bucket = _clients.GetOrAdd(client, static _ => new Bucket());
        }

        var cost = payments * _ticksPerPayment;
        // A request larger than the burst passes on a full bucket, or it never would.
        var burst = Math.Max(rate.Burst, payments) * _ticksPerPayment;
        lock (bucket)
        {
            var fullAt = Math.Max(bucket.FullAt, now) + cost;
            if (fullAt - now > burst)
            {
                retryAfter = TimeSpan.FromSeconds((double)(fullAt - now - burst) / time.TimestampFrequency);
                state = StateOf(Math.Max(bucket.FullAt, now) - now);
                return false;
            }

            bucket.FullAt = fullAt;
            state = StateOf(fullAt - now);
            return true;
        }
    }

    private RateState StateOf(long untilFull) => new(
        rate.Burst,
        rate.PerSecond,
        (int)Math.Max(0, rate.Burst - ((untilFull + _ticksPerPayment - 1) / _ticksPerPayment)),
        TimeSpan.FromSeconds((double)untilFull / time.TimestampFrequency));

    // A full bucket says nothing that a new one would not: those go first, the longest full before others.
    private void Evict()
    {
        if (_clients.Count < rate.MaxClients)
        {
            return;
        }

        foreach (var (client, bucket) in _clients.OrderBy(static entry => entry.Value.FullAt).Take(Math.Max(1, rate.MaxClients / 10)))
        {
            _clients.TryRemove(KeyValuePair.Create(client, bucket));
        }
    }

    private sealed class Bucket
    {
        public long FullAt;
    }
}

/// <summary>What each client may send.</summary>
/// <param name="PerSecond">On average; 0 switches the limit off.</param>
/// <param name="Burst">At once on top of that.</param>
/// <param name="MaxClients">Clients that are remembered.</param>
public readonly record struct ClientRate(int PerSecond, int Burst, int MaxClients);
