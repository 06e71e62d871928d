using System.Buffers.Binary;

namespace Fraud.Stream.Storage;

/// <summary>Rows in PostgreSQL's binary COPY format, read from a stream without an object a row.</summary>
internal sealed class PostgresCopyReader(System.IO.Stream stream)
{
    // Signature, flags, and the length of an extension that no server sends.
    private const int HeaderLength = 19;

    private byte[] _bytes = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _begun;

    /// <summary>False when there are no more rows.</summary>
    public bool NextRow()
    {
        if (!_begun)
        {
            Take(HeaderLength);
            _begun = true;
        }

        return BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short))) >= 0;
    }

    /// <summary>The next field of the row; empty when it is null. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Field()
    {
        _ = TryField(out var bytes);
        return bytes;
    }

    /// <summary>The next field of the row, valid until the next call. False when it is null.</summary>
    public bool TryField(out ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));
        bytes = length <= 0 ? [] : Take(length);
        return length >= 0;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_end - _start < count)
        {
            Fill(count);
        }

        _start += count;
        return _bytes.AsSpan(_start - count, count);
    }

    private void Fill(int count)
    {
        var rest = _bytes.AsSpan(_start, _end - _start);
        if (count > _bytes.Length)
        {
            var larger = new byte[Math.Max(_bytes.Length * 2, count)];
            rest.CopyTo(larger);
            _bytes = larger;
        }
        else
        {
            rest.CopyTo(_bytes);
        }

        (_start, _end) = (0, rest.Length);
        _end += stream.ReadAtLeast(_bytes.AsSpan(_end), count - _end);
    }
}
