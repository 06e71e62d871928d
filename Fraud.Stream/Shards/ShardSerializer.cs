using System.Buffers.Binary;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Fraud.Stream.Shards;

/// <summary>
/// The bytes of what nodes send each other about shards. A manifest names a message and its version; another version gets another
/// manifest and is sent once all nodes read it (rule 27 of docs/decisions/0011).
/// </summary>
/// <remarks>
/// Version 1: sp1 is the shard (four bytes, lowest first) and the payments, ps1 is the answers; both contents have a version and a checksum
/// of their own. dn1 is empty, nd1 is the view as it is.
/// </remarks>
public sealed class ShardSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string ScorePayments1 = "sp1";
    private const string PaymentsScored1 = "ps1";
    private const string DescribeNode1 = "dn1";
    private const string NodeDescribed1 = "nd1";

    /// <summary>The messages that may leave a node, all of them.</summary>
    public static IReadOnlyList<Type> Messages { get; } = [typeof(ScorePayments), typeof(PaymentsScored), typeof(DescribeNode), typeof(NodeDescribed)];

    // Akka's own are below 40, and a number is never given to another serializer.
    public override int Identifier => 4101;

    public override string Manifest(object o) => o switch
    {
        ScorePayments => ScorePayments1,
        PaymentsScored => PaymentsScored1,
        DescribeNode => DescribeNode1,
        NodeDescribed => NodeDescribed1,
        _ => throw NotOurs(o),
    };

    public override byte[] ToBinary(object obj)
    {
        switch (obj)
        {
            case ScorePayments score:
                var bytes = new byte[sizeof(int) + score.Payments.Length];
                BinaryPrimitives.WriteInt32LittleEndian(bytes, score.Shard);
                score.Payments.Span.CopyTo(bytes.AsSpan(sizeof(int)));
                return bytes;
            case PaymentsScored scored:
                return scored.Answers.ToArray();
            case DescribeNode:
                return [];
            case NodeDescribed described:
                return described.View.ToArray();
            default:
                throw NotOurs(obj);
        }
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        switch (manifest)
        {
            case ScorePayments1:
                if (bytes.Length < sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(bytes) is not (>= 0 and var shard))
                {
                    throw new SerializationException($"{ScorePayments1}: expected a shard and payments, found {bytes.Length} bytes");
                }

                return new ScorePayments(shard, bytes.AsMemory(sizeof(int)));
            case PaymentsScored1:
                return new PaymentsScored(bytes);
            case DescribeNode1:
                return DescribeNode.Instance;
            case NodeDescribed1:
                return new NodeDescribed(bytes);
            default:
                throw new SerializationException(
                    $"Expected {ScorePayments1}, {PaymentsScored1}, {DescribeNode1} or {NodeDescribed1}, found '{manifest}': "
                    + "the other node's program is newer or older than an upgrade allows.");
        }
    }

    private static SerializationException NotOurs(object message) =>
        new($"{message.GetType()} is no message between nodes: add it to {nameof(ShardSerializer)}.");
}
