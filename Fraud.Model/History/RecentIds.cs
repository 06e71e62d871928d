namespace Fraud.Model.History;

/// <summary>Remembers the last ids of a shard by a 64-bit hash. The oldest is forgotten first. Not thread-safe.</summary>
internal sealed class RecentIds(int capacity)
{
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

        var hash = KeyHash.Of(id);
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
}
