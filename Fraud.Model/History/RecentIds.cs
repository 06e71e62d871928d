namespace Fraud.Model.History;

/// <summary>Remembers the last ids of a shard by a 64-bit hash. The oldest is forgotten first. Not thread-safe.</summary>
internal sealed class RecentIds(int capacity)
{
    // Seeded per process, so that colliding ids cannot be chosen.
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64() | 1;

    private readonly HashSet<ulong> _known = [];
    private ulong[] _order = new ulong[Math.Min(capacity, 1_024)];
    private int _count;
    private int _oldest;

    public int Count => _count;

    /// <summary>False when the id is remembered already.</summary>
    public bool Add(ReadOnlySpan<byte> id)
    {
        if (capacity == 0)
        {
            return true;
        }

        var hash = Hash(id);
        if (!_known.Add(hash))
        {
            return false;
        }

        if (_count == capacity)
        {
            _known.Remove(_order[_oldest]);
            _order[_oldest] = hash;
            _oldest = (_oldest + 1) % capacity;
            return true;
        }

        if (_count == _order.Length)
        {
            Array.Resize(ref _order, Math.Min(capacity, _order.Length * 2));
        }

        _order[_count++] = hash;
        return true;
    }

    private static ulong Hash(ReadOnlySpan<byte> id)
    {
        // Multiply-and-fold over eight bytes at a time, as in the wyhash family.
        var hash = Seed;
        var length = (ulong)id.Length;
        while (id.Length >= 8)
        {
            hash = Fold(hash ^ BitConverter.ToUInt64(id), 0x9E3779B97F4A7C15);
            id = id[8..];
        }

        ulong tail = 0;
        for (var i = 0; i < id.Length; i++)
        {
            tail |= (ulong)id[i] << (8 * i);
        }

        // The length apart from the bytes: a byte that differs by it must not cancel it out.
        return Fold(Fold(hash ^ tail, 0xD1B54A32D192ED03) ^ length, Seed);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
