using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Fraud.Model;

/// <summary>
/// Up to <see cref="Capacity"/> UTF-8 bytes held in place: identifiers travel through the graph
/// without an allocation per payment.
/// </summary>
public struct ShortText : IEquatable<ShortText>
{
    /// <summary>Longest text, in UTF-8 bytes. With the length byte the struct fills one 64-byte cache line.</summary>
    public const int Capacity = 63;

    private Bytes _bytes;
    private byte _length;

    /// <summary>Length in UTF-8 bytes.</summary>
    public readonly int Length => _length;

    public readonly bool IsEmpty => _length == 0;

    /// <summary>The text; valid as long as the struct it points into.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Utf8 => ((ReadOnlySpan<byte>)_bytes)[.._length];

    /// <summary>Replaces the text; false (and unchanged) when it is longer than <see cref="Capacity"/>.</summary>
    public bool TrySet(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Capacity)
        {
            return false;
        }

        utf8.CopyTo(_bytes);
        _length = (byte)utf8.Length;
        return true;
    }

    public void Clear() => _length = 0;

    /// <exception cref="ArgumentException">The text is longer than <see cref="Capacity"/> bytes.</exception>
    public static ShortText From(string text)
    {
        ShortText result = default;
        if (!Encoding.UTF8.TryGetBytes(text, result._bytes, out var written))
        {
            throw new ArgumentException($"longer than {Capacity} UTF-8 bytes", nameof(text));
        }

        result._length = (byte)written;
        return result;
    }

    public readonly bool Equals(ShortText other) => Utf8.SequenceEqual(other.Utf8);

    public override readonly bool Equals(object? obj) => obj is ShortText other && Equals(other);

    // Seeded per process, so that chosen identifiers cannot pile up in one bucket.
    public override readonly int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Utf8);
        return hash.ToHashCode();
    }

    public override readonly string ToString() => Encoding.UTF8.GetString(Utf8);

    public static bool operator ==(ShortText left, ShortText right) => left.Equals(right);

    public static bool operator !=(ShortText left, ShortText right) => !left.Equals(right);

    [InlineArray(Capacity)]
    private struct Bytes
    {
        private byte _first;
    }
}
