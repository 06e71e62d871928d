using System.Text;
using Fraud.Model;

namespace Fraud.Stream.Scoring;

/// <summary>
/// Which cards which challenger decides: a card's place between 0 and 1 is a hash of its id, and each challenger has a
/// stretch of that line. The same on every node and after every start, as long as shares and salt are the same.
/// </summary>
/// <remarks>
/// The hash is none that anything else goes by: shards hash the same ids, and a challenger must not get whole shards. A
/// challenger whose share grows keeps its cards if it is the only one, or stands last.
/// </remarks>
public sealed class CardSplit
{
    /// <summary>The champion decides.</summary>
    public const int Champion = -1;

    private readonly ulong _seed;
    private readonly double[] _ends;

    /// <param name="shares">Of each challenger; together below 1.</param>
    public CardSplit(string salt, IEnumerable<double> shares)
    {
        _seed = Fnv(0xcbf29ce484222325, Encoding.UTF8.GetBytes(salt));
        var end = 0.0;
        _ends = [.. shares.Select(share => end += share)];
    }

    public bool IsEmpty => _ends.Length == 0;

    /// <summary>Number of the challenger that decides the card's payments, or <see cref="Champion"/>.</summary>
    /// <remarks>A payment without a card is a card of its own.</remarks>
    public int ArmOf(Transaction payment) =>
        ArmOf(payment.CardId.IsEmpty ? payment.Id.Utf8 : payment.CardId.Utf8);

    public int ArmOf(ReadOnlySpan<byte> card)
    {
        var place = PlaceOf(card);
        for (var arm = 0; arm < _ends.Length; arm++)
        {
            if (place < _ends[arm])
            {
                return arm;
            }
        }

        return Champion;
    }

    // FNV-1a (Fowler, Noll, Vo) leaves similar ids close together; the finalizer of MurmurHash3 (Appleby) spreads them.
    private double PlaceOf(ReadOnlySpan<byte> card)
    {
        var hash = Fnv(_seed, card);
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        hash ^= hash >> 33;
        // The 53 bits that a double holds.
        return (hash >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Fnv(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var each in bytes)
        {
            hash = (hash ^ each) * 0x100000001b3;
        }

        return hash;
    }
}
