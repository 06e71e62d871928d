using System.Numerics;

namespace Fraud.Model.History;

/// <summary>
/// The last ids of a shard by a 64-bit hash, and a note for each: where in the journal its payment is. What is older than the window leaves, and the
/// oldest first when there are more than it holds. Some thirty bytes an id. Not thread-safe.
/// </summary>
/// <param name="capacity">Ids at most; 0: none is remembered.</param>
/// <param name="window">How long an id is remembered.</param>
internal sealed class RecentIds(int capacity, TimeSpan window)
{
    private const int None = -1;

    private readonly long _windowSeconds = (long)window.TotalSeconds;

    // A ring in the order of coming, and chains of those whose hashes share a bucket.
    private Entry[] _entries = new Entry[Math.Min(capacity, 1_024)];
    private int[] _buckets = NewBuckets(Math.Min(capacity, 1_024));
    private int _count;
    private int _oldest;

    public int Count => _count;

    /// <summary>False when the id is remembered already.</summary>
    /// <param name="nowMs">Milliseconds since 1970 UTC, or of any clock that does not go back far.</param>
    public bool Add(ReadOnlySpan<byte> id, long nowMs)
    {
        if (capacity == 0)
        {
            return true;
        }

        var seconds = (uint)(nowMs / 1_000);
        Forget(seconds);
        var hash = KeyHash.Of(id);
        if (Find(hash) != None)
        {
            return false;
        }

        if (_count == capacity)
        {
            RemoveOldest();
        }
        else if (_count == _entries.Length)
        {
            Grow();
        }

        var slot = _oldest + _count;
        slot = slot < _entries.Length ? slot : slot - _entries.Length;
        ref var bucket = ref BucketOf(hash);
        _entries[slot] = new Entry { Hash = hash, Note = 0, Seconds = seconds, Next = bucket };
        bucket = slot;
        _count++;
        return true;
    }

    /// <summary>Sets the note of an id, if it is remembered.</summary>
    public void Note(ReadOnlySpan<byte> id, long note)
    {
        if (Find(KeyHash.Of(id)) is >= 0 and var slot)
        {
            _entries[slot].Note = note;
        }
    }

    /// <summary>The note of an id: 0 while it has none, null when it is not remembered.</summary>
    public long? NoteOf(ReadOnlySpan<byte> id) => Find(KeyHash.Of(id)) is >= 0 and var slot ? _entries[slot].Note : null;

    private static int[] NewBuckets(int entries)
    {
        var buckets = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, entries))];
        Array.Fill(buckets, None);
        return buckets;
    }

    private ref int BucketOf(ulong hash) => ref _buckets[(int)(hash >> 32) & (_buckets.Length - 1)];

    private int Find(ulong hash)
    {
        for (var slot = BucketOf(hash); slot != None; slot = _entries[slot].Next)
        {
            if (_entries[slot].Hash == hash)
            {
                return slot;
            }
        }

        return None;
    }

    private void Forget(uint seconds)
    {
        while (_count > 0 && (long)seconds - _entries[_oldest].Seconds > _windowSeconds)
        {
            RemoveOldest();
        }
    }

    private void RemoveOldest()
    {
        ref var next = ref BucketOf(_entries[_oldest].Hash);
        while (next != _oldest)
        {
            next = ref _entries[next].Next;
        }

        next = _entries[_oldest].Next;
        _oldest = _oldest + 1 == _entries.Length ? 0 : _oldest + 1;
        _count--;
    }

    private void Grow()
    {
        var entries = new Entry[Math.Min(capacity, _entries.Length * 2)];
        for (var i = 0; i < _count; i++)
        {
            var slot = _oldest + i;
            entries[i] = _entries[slot < _entries.Length ? slot : slot - _entries.Length];
        }

        (_entries, _oldest) = (entries, 0);
        _buckets = NewBuckets(entries.Length);
        for (var i = 0; i < _count; i++)
        {
            ref var bucket = ref BucketOf(_entries[i].Hash);
            _entries[i].Next = bucket;
            bucket = i;
        }
    }

    private struct Entry
    {
        public ulong Hash;
        public long Note;
        public uint Seconds;

        // The next of its bucket, or None.
        public int Next;
    }
}
