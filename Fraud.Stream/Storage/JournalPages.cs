using Fraud.Stream.Batching;
using Fraud.Stream.Journal;

namespace Fraud.Stream.Storage;

/// <summary>The pages of one commit, a codec for each shard so that payments are passed once. Reused.</summary>
internal sealed class JournalPages
{
    private readonly Dictionary<int, JournalCodec> _codecs = [];

    public void Begin(IEnumerable<int> shards)
    {
        foreach (var shard in shards)
        {
            if (!_codecs.TryGetValue(shard, out var codec))
            {
                _codecs.Add(shard, codec = new JournalCodec());
            }

            codec.Begin();
        }
    }

    public void Add(Payment payment) => _codecs[payment.Shard].Add(payment);

    /// <summary>The page; valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> End(int shard) => _codecs[shard].End();
}
