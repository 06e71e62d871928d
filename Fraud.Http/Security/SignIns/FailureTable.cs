namespace Fraud.Http.Security.SignIns;

/// <summary>
/// Failed sign-ins by source, as many sources as are allowed: those beyond are counted together. A count stays until it
/// was told, however long that takes. Thread-safe.
/// </summary>
internal sealed class FailureTable(SignInOptions options, TimeProvider time)
{
    public const string Others = "further sources";

    // Looking through all sources for those that can be forgotten is worth it this often at most.
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Source> _sources = new(StringComparer.Ordinal);
    private readonly Source _others = new();
    private long? _sweptAt;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _sources.Count;
            }
        }
    }

    /// <summary>Counts a failure.</summary>
    /// <returns>How long the source should wait; zero while it has not failed too often.</returns>
    public TimeSpan Add(string name, SignInFault fault)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var source = Find(name, now);
            if (source.InWindow == 0 || time.GetElapsedTime(source.WindowStart, now) >= options.Window)
            {
                (source.WindowStart, source.InWindow) = (now, 0);
            }

            source.InWindow++;
            source.Since ??= time.GetUtcNow();
            source.Untold[(int)fault]++;
            return source != _others && source.InWindow > options.MaxFailures
                ? options.Window - time.GetElapsedTime(source.WindowStart, now)
                : TimeSpan.Zero;
        }
    }

    /// <summary>What is to be told now, the most failures first. A source that was told of within the window waits.</summary>
    /// <param name="most">Bursts at most; the last one holds all that are left.</param>
    /// <param name="all">Those that would wait, too.</param>
    public IReadOnlyList<FailureBurst> Take(int most, bool all = false)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var due = _sources
                .Where(entry => IsDue(entry.Value, now, all))
                .Select(static entry => (Name: entry.Key, Source: entry.Value))
                .Concat(IsDue(_others, now, all) ? [(Others, _others)] : [])
                .Select(entry => entry.Source.Take(entry.Name, now))
                .OrderByDescending(static burst => burst.Count)
                .ToList();
            return due.Count <= most ? due : [.. due.Take(most - 1), FailureBurst.Together(Others, due[(most - 1)..])];
        }
    }

    private bool IsDue(Source source, long now, bool all) =>
        source.Since is not null && (all || source.ToldAt is not { } told || time.GetElapsedTime(told, now) >= options.Window);

    private Source Find(string name, long now)
    {
        if (_sources.TryGetValue(name, out var known))
        {
            return known;
        }

        if (_sources.Count >= options.MaxSources)
        {
            Sweep(now);
        }

        if (_sources.Count >= options.MaxSources)
        {
            return _others;
        }

        return _sources[name] = new Source();
    }

    private void Sweep(long now)
    {
        if (_sweptAt is { } swept && time.GetElapsedTime(swept, now) < SweepInterval)
        {
            return;
        }

        _sweptAt = now;
        foreach (var (name, source) in _sources)
        {
            if (source.Since is null && time.GetElapsedTime(source.WindowStart, now) >= options.Window)
            {
                _sources.Remove(name);
            }
        }
    }

    private sealed class Source
    {
        public long WindowStart;
        public int InWindow;

        /// <summary>Of the first failure that was not told; null: all were.</summary>
        public DateTimeOffset? Since;

        public long? ToldAt;

        public long[] Untold { get; private set; } = new long[SignInFaults.Count];

        public FailureBurst Take(string name, long now)
        {
            var burst = new FailureBurst(name, 1, Since!.Value, Untold);
            (Untold, Since, ToldAt) = (new long[SignInFaults.Count], null, now);
            return burst;
        }
    }
}
