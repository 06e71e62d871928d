using System.Buffers.Binary;

namespace Fraud.Stream.State;

/// <summary>
/// The shard of a card: murmur2 of the key's bytes modulo the number of shards, as Kafka's default
/// partitioner computes it, so that producers in any language and the front door agree.
/// </summary>
public sealed class ShardRouter(int shards)
{
    public int Shards => shards;

    public int ShardOf(ReadOnlySpan<byte> key) => (Murmur2(key) & 0x7fffffff) % shards;

    // Austin Appleby's MurmurHash2 with the seed and tail order of Kafka's org.apache.kafka.common.utils.Utils.
    private static int Murmur2(ReadOnlySpan<byte> data)
    {
        const uint multiplier = 0x5bd1e995;
        var hash = 0x9747b28c ^ (uint)data.Length;

        while (data.Length >= 4)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(data) * multiplier;
            word ^= word >> 24;
            hash = (hash * multiplier) ^ (word * multiplier);
            data = data[4..];
        }

        for (var i = data.Length - 1; i >= 0; i--)
        {
            hash ^= (uint)data[i] << (8 * i);
            if (i == 0)
            {
                hash *= multiplier;
            }
        }

        hash = (hash ^ (hash >> 13)) * multiplier;
        return (int)(hash ^ (hash >> 15));
    }
}
