using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Fraud.Stream.Storage.Copy;

/// <summary>
/// Tells two sets of rows apart, whatever their order: their number, and the sum of the rows' SHA-256 as four numbers of 64 bits. A sum, not an
/// exclusive or, so that a row that is there twice does not look like one that is missing.
/// </summary>
internal sealed class RowDigest
{
    private readonly ulong[] _sums = new ulong[SHA256.HashSizeInBytes / sizeof(ulong)];

    public long Rows { get; private set; }

    public void Add(ReadOnlySpan<byte> row)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(row, hash);
        for (var i = 0; i < _sums.Length; i++)
        {
            _sums[i] += BinaryPrimitives.ReadUInt64LittleEndian(hash[(i * sizeof(ulong))..]);
        }

        Rows++;
    }

    public override string ToString() => string.Concat(_sums.Select(static sum => sum.ToString("x16", CultureInfo.InvariantCulture)));
}
