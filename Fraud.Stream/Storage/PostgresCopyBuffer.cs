using System.Buffers.Binary;
using System.Text;

namespace Fraud.Stream.Storage;

/// <summary>
/// Rows in PostgreSQL's binary COPY format, built in one reused array: nothing is allocated for a row.
/// </summary>
internal sealed class PostgresCopyBuffer
{
    private const int RealType = 700;

    // Signature, flags, length of the header extension.
    private static ReadOnlySpan<byte> Header =>
        [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', 0x0A, 0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    // A full group commit of 4,096 payments takes about 2 MB; the array grows to the largest group seen.
    private byte[] _bytes = new byte[1 << 20];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Begin()
    {
        _length = 0;
        Header.CopyTo(Take(Header.Length));
    }

    /// <summary>What was written has left; the rows go on.</summary>
    public void Drop() => _length = 0;

    public void End() => BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);

    public PostgresCopyBuffer Row(short columns)
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), columns);
        return this;
    }

    public PostgresCopyBuffer Text(ReadOnlySpan<byte> utf8)
    {
        Length(utf8.Length);
        utf8.CopyTo(Take(utf8.Length));
        return this;
    }

    public PostgresCopyBuffer Text(string? text)
    {
        if (text is null)
        {
            return Null();
        }

        var length = Encoding.UTF8.GetByteCount(text);
        Length(length);
        Encoding.UTF8.GetBytes(text, Take(length));
        return this;
    }

    public PostgresCopyBuffer Bytes(ReadOnlySpan<byte> bytes) => Text(bytes);

    public PostgresCopyBuffer Short(short value)
    {
        Length(sizeof(short));
        BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), value);
        return this;
    }

    public PostgresCopyBuffer Integer(int value)
    {
        Length(sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), value);
        return this;
    }

    public PostgresCopyBuffer Long(long value)
    {
        Length(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(Take(sizeof(long)), value);
        return this;
    }

    public PostgresCopyBuffer Real(float value)
    {
        Length(sizeof(float));
        BinaryPrimitives.WriteSingleBigEndian(Take(sizeof(float)), value);
        return this;
    }

    public PostgresCopyBuffer Reals(ReadOnlySpan<float> values)
    {
        // One dimension, no nulls, element type, length, first index; then length and value of each. An array without elements has no dimension.
        const int Head = 5 * sizeof(int);
        if (values.IsEmpty)
        {
            const int Empty = 3 * sizeof(int);
            Length(Empty);
            var none = Take(Empty);
            none.Clear();
            BinaryPrimitives.WriteInt32BigEndian(none[(2 * sizeof(int))..], RealType);
            return this;
        }

        var size = Head + (values.Length * 2 * sizeof(int));
        Length(size);
        var target = Take(size);
        BinaryPrimitives.WriteInt32BigEndian(target, 1);
        BinaryPrimitives.WriteInt32BigEndian(target[4..], 0);
        BinaryPrimitives.WriteInt32BigEndian(target[8..], RealType);
        BinaryPrimitives.WriteInt32BigEndian(target[12..], values.Length);
        BinaryPrimitives.WriteInt32BigEndian(target[16..], 1);
        target = target[Head..];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteInt32BigEndian(target, sizeof(float));
            BinaryPrimitives.WriteSingleBigEndian(target[4..], value);
            target = target[8..];
        }

        return this;
    }

    public PostgresCopyBuffer Null()
    {
        Length(-1);
        return this;
    }

    private void Length(int length) => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), length);

    private Span<byte> Take(int count)
    {
        if (_length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
