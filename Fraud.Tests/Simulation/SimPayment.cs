using System.Buffers.Binary;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;

namespace Fraud.Tests.Simulation;

internal sealed record SimPayment(long Id, int Shard, int Card, int Amount);

/// <summary>What the model knows of a card. The chain depends on every payment and on their order, and is the payment's score.</summary>
internal readonly record struct CardSum(long Count, long Sum, ulong Chain)
{
    public long Score => (long)(Chain >> 1);

    public CardSum After(long id, int amount) => new(Count + 1, Sum + amount, (Chain ^ (ulong)id) * 0x100000001B3 + 0x9E3779B9);

    /// <summary>A repeat is taken back. What depends on the order cannot be, so the chain goes on with the retraction.</summary>
    public CardSum Without(long id, int amount) => new(Count - 1, Sum - amount, (Chain ^ ~(ulong)id) * 0x100000001B3 + 0x85EBCA6B);
}

/// <param name="Offset">In Kafka's log, -1 when it came over HTTP, -2 of a retraction.</param>
/// <param name="Score">Of a retraction the place of the repeat that is taken back.</param>
internal readonly record struct PageEntry(SimPayment Payment, long Offset, long Score)
{
    private const long OfRetraction = -2;
    private const int OrdinalBits = 16;

    public bool IsRetraction => Offset == OfRetraction;

    public JournalPlace TakesBack => new(Score >> OrdinalBits, (int)(Score & ((1 << OrdinalBits) - 1)));

    public static PageEntry Retraction(SimPayment repeat, JournalPlace place) =>
        new(repeat, OfRetraction, place.Sequence << OrdinalBits | (uint)place.Ordinal);
}

/// <summary>The pages of the model as bytes. The checker reads them by a reader of its own.</summary>
internal static class SimPage
{
    private const int EntrySize = 32;

    public static byte[] Encode(IReadOnlyList<PageEntry> entries)
    {
        var bytes = new byte[entries.Count * EntrySize];
        for (var i = 0; i < entries.Count; i++)
        {
            var at = bytes.AsSpan(i * EntrySize, EntrySize);
            BinaryPrimitives.WriteInt64LittleEndian(at, entries[i].Payment.Id);
            BinaryPrimitives.WriteInt32LittleEndian(at[8..], entries[i].Payment.Card);
            BinaryPrimitives.WriteInt32LittleEndian(at[12..], entries[i].Payment.Amount);
            BinaryPrimitives.WriteInt64LittleEndian(at[16..], entries[i].Offset);
            BinaryPrimitives.WriteInt64LittleEndian(at[24..], entries[i].Score);
        }

        return bytes;
    }

    public static IEnumerable<PageEntry> Decode(int shard, ReadOnlyMemory<byte> page)
    {
        for (var at = 0; at < page.Length; at += EntrySize)
        {
            yield return Entry(shard, page.Span.Slice(at, EntrySize));
        }
    }

    private static PageEntry Entry(int shard, ReadOnlySpan<byte> at) => new(
        new SimPayment(
            BinaryPrimitives.ReadInt64LittleEndian(at),
            shard,
            BinaryPrimitives.ReadInt32LittleEndian(at[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(at[12..])),
        BinaryPrimitives.ReadInt64LittleEndian(at[16..]),
        BinaryPrimitives.ReadInt64LittleEndian(at[24..]));
}
