using System.Runtime.InteropServices;

namespace Fraud.Tests.Simulation;

/// <summary>What is known of a payment's id.</summary>
internal enum RepeatKind
{
    /// <summary>Not in the window: count it, then <see cref="RepeatWindow{TId,TFirst}.Enter"/>.</summary>
    First,

    /// <summary>Its first is on the way to the commit: send it behind the first, without counting it.</summary>
    InFlight,

    /// <summary>Its first is stored: answer with what is kept of the first.</summary>
    Stored,
}

/// <summary>
/// Ids of one shard under one claim, in flight and recently committed, so that a payment that is sent again is counted once and answered with
/// the first's result. Bounded by time and count; what is in flight is bounded by the graph and never evicted
/// (rules 14 and 16 of docs/decisions/0011). One caller at a time. The simulation's own: in the product histories have hashes of ids
/// (<see cref="Fraud.Model.History.ShardCards.PlaceOf"/>).
/// </summary>
/// <remarks>It is dropped with the claim: what was in flight then is not known by the next owner, unless its page was stored.</remarks>
/// <typeparam name="TFirst">What is kept of a first: its result, or its place in the journal.</typeparam>
internal sealed class RepeatWindow<TId, TFirst>
    where TId : notnull
{
    private readonly Dictionary<TId, Entry> _entries = [];
    private readonly Queue<(TId Id, long TimeMs)> _stored = new();
    private readonly int _maxIds;
    private readonly long _windowMs;

    /// <param name="maxIds">Stored ids to keep at most.</param>
    /// <param name="window">How long a stored id is kept.</param>
    public RepeatWindow(int maxIds, TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxIds);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        _maxIds = maxIds;
        _windowMs = (long)window.TotalMilliseconds;
    }

    public int StoredCount => _stored.Count;

    public int InFlightCount => _entries.Count - _stored.Count;

    /// <param name="first">What was given for the first; default when there is none.</param>
    public RepeatKind Look(TId id, out TFirst? first)
    {
        if (!_entries.TryGetValue(id, out var entry))
        {
            first = default;
            return RepeatKind.First;
        }

        first = entry.First;
        return entry.IsStored ? RepeatKind.Stored : RepeatKind.InFlight;
    }

    /// <summary>A first was counted and goes on to the commit.</summary>
    public void Enter(TId id, TFirst first) => _entries.Add(id, new Entry(first, IsStored: false));

    /// <summary>A first was stored: by the commit that it was on the way to, or found by recovery.</summary>
    /// <param name="timeMs">When, milliseconds by the caller's clock, not less than the time before.</param>
    public void Store(TId id, TFirst first, long timeMs)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, id, out var exists);
        var isNew = !exists || !entry.IsStored;
        entry = new Entry(first, IsStored: true);
        if (isNew)
        {
            _stored.Enqueue((id, timeMs));
            Evict(timeMs);
        }
    }

    /// <summary>A first went no further (its deadline passed, or it became a dead letter): its repeat is a first again.</summary>
    public void Forget(TId id)
    {
        if (_entries.TryGetValue(id, out var entry) && !entry.IsStored)
        {
            _entries.Remove(id);
        }
    }

    /// <summary>Drops stored ids that are too old or too many.</summary>
    public void Evict(long timeMs)
    {
        while (_stored.TryPeek(out var oldest) && (_stored.Count > _maxIds || timeMs - oldest.TimeMs > _windowMs))
        {
            _stored.Dequeue();
            _entries.Remove(oldest.Id);
        }
    }

    private readonly record struct Entry(TFirst First, bool IsStored);
}
