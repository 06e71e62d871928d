using System.Buffers.Binary;
using System.Text;

namespace Fraud.Model.Snapshots;

/// <summary>Reads what <see cref="StateWriter"/> wrote. What does not fit is a <see cref="CorruptStateException"/>, never another.</summary>
public ref struct StateReader
{
    // Seven bits each, of 64.
    private const int LongestNumber = 10;

    private readonly string _what;
    private ReadOnlySpan<byte> _rest;

    /// <exception cref="CorruptStateException">The checksum does not fit or the version is another.</exception>
    public StateReader(ReadOnlySpan<byte> state, byte version, string what)
        : this(state, what)
    {
        if (Version != version)
        {
            throw Corrupt($"expected version {version}, found {Version}");
        }
    }

    /// <summary>For who knows several versions.</summary>
    /// <exception cref="CorruptStateException">The checksum does not fit.</exception>
    public StateReader(ReadOnlySpan<byte> state, string what)
    {
        _what = what;
        if (state.Length < sizeof(uint) + 1)
        {
            throw Corrupt($"expected at least {sizeof(uint) + 1} bytes, found {state.Length}");
        }

        var body = state[..^sizeof(uint)];
        if (Crc.Of(body) != BinaryPrimitives.ReadUInt32LittleEndian(state[^sizeof(uint)..]))
        {
            throw Corrupt($"the checksum does not fit its {state.Length} bytes");
        }

        Version = body[0];
        _rest = body[1..];
    }

    private StateReader(string what, ReadOnlySpan<byte> part)
    {
        _what = what;
        _rest = part;
    }

    public byte Version { get; }

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Reads bytes that are a part of a state, so have no version and no checksum.</summary>
    public static StateReader OfPart(ReadOnlySpan<byte> part, string what) => new(what, part);

    public byte Byte() => Bytes(1)[0];

    public ulong Unsigned()
    {
        ulong value = 0;
        for (var i = 0; i < LongestNumber && i < _rest.Length; i++)
        {
            var part = _rest[i];
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw Corrupt("a number does not end");
    }

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number of things that follow, each of at least one byte.</summary>
    public int Count()
    {
        var count = Unsigned();
        return count <= (ulong)_rest.Length ? (int)count : throw Corrupt($"{count} are named where {_rest.Length} bytes are left");
    }

    public float Single() => BinaryPrimitives.ReadSingleLittleEndian(Bytes(sizeof(float)));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Bytes(sizeof(double)));

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            throw Corrupt($"{count} bytes are named where {_rest.Length} are left");
        }

        var bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    /// <summary>Bytes behind their count.</summary>
    public ReadOnlySpan<byte> Block() => Bytes(Count());

    /// <summary>A text behind the count of its bytes.</summary>
    public string String() => Encoding.UTF8.GetString(Block());

    public ShortText Text()
    {
        ShortText text = default;
        var length = Byte();
        return text.TrySet(Bytes(length)) ? text : throw Corrupt($"expected an identifier of at most {ShortText.Capacity} bytes, found {length}");
    }

    public readonly CorruptStateException Corrupt(string why) => new($"{_what}: {why}");
}

/// <summary>Stored state is damaged or of a version this program does not know.</summary>
public sealed class CorruptStateException(string message) : Exception(message);
