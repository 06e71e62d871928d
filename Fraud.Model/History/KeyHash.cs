namespace Fraud.Model.History;

/// <summary>A 64-bit hash of an identifier, for tables in memory. Seeded per process, so that colliding ids cannot be chosen.</summary>
internal static class KeyHash
{
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64() | 1;

    public static ulong Of(ReadOnlySpan<byte> id)
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
