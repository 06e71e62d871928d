using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Stream.History;

namespace Fraud.Stream.Retraining;

/// <summary>
/// Rows of a dataset on disk: little-endian, a row after the other, no card or transaction id in it but their digests.
/// </summary>
internal static class DatasetFile
{
    /// <summary>Digests of payment and card, event time, amount, score, decision, label, number of features.</summary>
    public const int RowHeader = 8 + 8 + 8 + 8 + 4 + 1 + 1 + 2;

    /// <summary>"FRD1".</summary>
    public const uint Magic = 0x31445246;

    /// <summary>The same on every machine and in every run, unlike the hashes of the profile.</summary>
    public static long DigestOf(string id)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), digest);
        return BinaryPrimitives.ReadInt64LittleEndian(digest);
    }
}

/// <summary>Writes a dataset beside its place and moves it there when it is whole.</summary>
internal sealed class DatasetWriter : IDisposable
{
    private readonly string _file;
    private readonly FileStream _stream;
    private readonly byte[] _row = new byte[DatasetFile.RowHeader + (FeatureCatalog.Count * sizeof(float))];
    private int _rows;

    public DatasetWriter(string file)
    {
        _file = file;
        _stream = new FileStream(file + ".new", FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18);
        BinaryPrimitives.WriteUInt32LittleEndian(_row, DatasetFile.Magic);
        _stream.Write(_row, 0, sizeof(uint));
    }

    public void Add(in ComputedPayment computed)
    {
        var (payment, features) = computed;
        var row = _row.AsSpan();
        BinaryPrimitives.WriteInt64LittleEndian(row, DatasetFile.DigestOf(payment.TransactionId));
        BinaryPrimitives.WriteInt64LittleEndian(row[8..], DatasetFile.DigestOf(payment.CardId));
        BinaryPrimitives.WriteInt64LittleEndian(row[16..], payment.EventTimeMs);
        BinaryPrimitives.WriteInt64LittleEndian(row[24..], payment.AmountMinor);
        BinaryPrimitives.WriteSingleLittleEndian(row[32..], payment.Score);
        row[36] = (byte)payment.Decision;
        // Without a label after the delay: legitimate.
        row[37] = payment.IsFraud == true ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt16LittleEndian(row[38..], checked((short)features.Length));
        for (var i = 0; i < features.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(row[(DatasetFile.RowHeader + (i * sizeof(float)))..], features[i]);
        }

        _stream.Write(row);
        _rows++;
    }

    public int Complete()
    {
        _stream.Dispose();
        File.Move(_file + ".new", _file, overwrite: true);
        return _rows;
    }

    public void Dispose() => _stream.Dispose();
}

/// <summary>A stored payment as a dataset has it.</summary>
/// <param name="Payment">Digest of its id.</param>
/// <param name="Card">Digest of its card's id.</param>
internal sealed record DatasetRow(
    long Payment, long Card, long EventTimeMs, long AmountMinor, float Score, Decision Decision, bool IsFraud, float[] Features)
{
    public int Day => (int)Math.Floor(EventTimeMs / 86_400_000.0);

    /// <exception cref="InvalidDataException">It is no whole dataset.</exception>
    public static IEnumerable<DatasetRow> Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 18);
        var bytes = new byte[DatasetFile.RowHeader];
        if (stream.ReadAtLeast(bytes.AsSpan(0, sizeof(uint)), sizeof(uint), throwOnEndOfStream: false) < sizeof(uint)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != DatasetFile.Magic)
        {
            throw new InvalidDataException($"{file}: expected a dataset");
        }

        while (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) is var read && read > 0)
        {
            if (read < bytes.Length)
            {
                throw new InvalidDataException($"{file}: expected whole rows");
            }

            var features = new float[BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(38))];
            stream.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(features.AsSpan()));
            yield return new DatasetRow(
                BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)),
                BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(24)),
                BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(32)), (Decision)bytes[36], bytes[37] != 0, features);
        }
    }
}
