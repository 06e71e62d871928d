using System.Buffers.Binary;

namespace Fraud.Model.Snapshots;

/// <summary>Reads what <see cref="StateWriter"/> wrote.</summary>
public ref struct StateReader
{
    private ReadOnlySpan<byte> _rest;

    /// <exception cref="CorruptStateException">The checksum does not fit or the version is another.</exception>
    public StateReader(ReadOnlySpan<byte> state, byte version, string what)
    {
        if (state.Length < sizeof(uint) + 1)
        {
            throw new CorruptStateException($"{what}: expected at least {sizeof(uint) + 1} bytes, found {state.Length}");
        }

        var body = state[..^sizeof(uint)];
        if (Crc.Of(body) != BinaryPrimitives.ReadUInt32LittleEndian(state[^sizeof(uint)..]))
        {
            throw new CorruptStateException($"{what}: the checksum does not fit its {state.Length} bytes");
        }

        if (body[0] != version)
        {
            throw new CorruptStateException($"{what}: expected version {version}, found {body[0]}");
        }

        _rest = body[1..];
    }

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte()
    {
        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public ulong Unsigned()
    {
        ulong value = 0;
        var shift = 0;
        for (var i = 0; ; i++)
        {
            var part = _rest[i];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }

            shift += 7;
        }
    }

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ShortText Text()
    {
        ShortText text = default;
        var length = _rest[0];
        text.TrySet(_rest.Slice(1, length));
        _rest = _rest[(length + 1)..];
        return text;
    }
}

/// <summary>Stored state is damaged or of a version this program does not know.</summary>
public sealed class CorruptStateException(string message) : Exception(message);
