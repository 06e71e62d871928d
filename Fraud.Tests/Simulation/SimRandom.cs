namespace Fraud.Tests.Simulation;

/// <summary>SplitMix64: the same numbers on every machine and version of .NET, from one integer.</summary>
internal sealed class SimRandom(ulong seed)
{
    private ulong _state = seed * 0x9E3779B97F4A7C15 + 0x1234567;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to below a limit.</summary>
    public int Below(int limit) => (int)(Next() % (uint)limit);

    public bool Chance(double probability) => (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    /// <summary>A time between two, in milliseconds.</summary>
    public TimeSpan Ms(double from, double to) => TimeSpan.FromMilliseconds(from + (to - from) * ((Next() >> 11) * (1.0 / (1UL << 53))));

    /// <summary>From one thread to the next: a fraction of a millisecond, and once in a while seconds.</summary>
    public TimeSpan Pause() => Chance(0.04) ? Ms(100, 4000) : Ms(0.05, 2);

    public Guid Guid()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Next());
        BitConverter.TryWriteBytes(bytes[8..], Next() | 1);
        return new Guid(bytes);
    }
}
