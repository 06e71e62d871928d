using System.Numerics;
using Fraud.Model;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Journal;

/// <summary>
/// Which payments keep what the model was given: those that were flagged, and a share of the others that their ids choose, so that every
/// process, and who reads it later, chooses the same.
/// </summary>
/// <param name="share">Of the payments that were approved, 0 to 1.</param>
public sealed class FeatureSample(double share)
{
    private readonly ulong _below = (ulong)(share * (1L << 32));

    public bool Keeps(Payment payment) => payment.Decision != Decision.Approve || Keeps(payment.Transaction.Id);

    /// <summary>Whether an approved payment is one of the sample.</summary>
    public bool Keeps(in ShortText id)
    {
        var hash = uint.MaxValue;
        foreach (var letter in id.Utf8)
        {
            hash = BitOperations.Crc32C(hash, letter);
        }

        // Ids that are numbered differ in few bits, which a checksum alone would leave together (MurmurHash3's last step).
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return (hash ^ (hash >> 16)) < _below;
    }
}
