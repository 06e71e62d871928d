using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Fraud.Model.Snapshots;

/// <summary>
/// Writes stored state compactly: a version byte, variable-length integers, and a CRC-32C of it all at the end.
/// Reused from one state to the next. Not thread-safe.
/// </summary>
public sealed class StateWriter
{
    private byte[] _bytes = new byte[4_096];
    private int _length;

    public int Length => _length;

    /// <summary>What was written, without a checksum; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Begin(byte version)
    {
        BeginPart();
        Byte(version);
    }

    /// <summary>Begins what becomes a part of another state: no version, and <see cref="Written"/> in place of <see cref="End"/>.</summary>
    public void BeginPart() => _length = 0;

    public void Byte(byte value) => Take(1)[0] = value;

    /// <summary>Seven bits a byte, lowest first.</summary>
    public void Unsigned(ulong value)
    {
        var target = Reserve(10);
        var length = 0;
        while (value >= 0x80)
        {
            target[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[length++] = (byte)value;
        _length += length;
    }

    /// <summary>Small numbers of either sign take few bytes (zigzag).</summary>
    public void Signed(long value) => Unsigned((ulong)(value << 1) ^ (ulong)(value >> 63));

    public void Single(float value) => BinaryPrimitives.WriteSingleLittleEndian(Take(sizeof(float)), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value);

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Bytes behind their count.</summary>
    public void Block(ReadOnlySpan<byte> bytes)
    {
        Unsigned((ulong)bytes.Length);
        Bytes(bytes);
    }

    /// <summary>A text of any length, behind the count of its bytes.</summary>
    public void String(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Unsigned((ulong)length);
        Encoding.UTF8.GetBytes(text, Take(length));
    }

    public void Text(in ShortText text)
    {
        var utf8 = text.Utf8;
        var target = Take(utf8.Length + 1);
        target[0] = (byte)utf8.Length;
        utf8.CopyTo(target[1..]);
    }

    /// <summary>Adds the checksum; the bytes are valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> End()
    {
        var crc = Crc.Of(_bytes.AsSpan(0, _length));
        BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), crc);
        return _bytes.AsSpan(0, _length);
    }

    private Span<byte> Take(int count)
    {
        var span = Reserve(count);
        _length += count;
        return span;
    }

    private Span<byte> Reserve(int count)
    {
        if (_length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        return _bytes.AsSpan(_length, count);
    }
}

/// <summary>CRC-32C (Castagnoli), which processors compute by themselves.</summary>
internal static class Crc
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
