using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Fraud.Stream.Shards;
using Fraud.Tests.Http.Routing;

namespace Fraud.Tests.Stream.Shards;

/// <summary>The bytes of messages between nodes, and that no message leaves a node without some.</summary>
public sealed class ShardSerializerTests() : TestKit(ConfigurationFactory.ParseString("akka.loglevel = OFF").WithFallback(ShardsConfig.Defaults))
{
    public static TheoryData<string, string> Version1 => new()
    {
        { nameof(ScorePayments), "sp1" },
        { nameof(PaymentsScored), "ps1" },
        { nameof(DescribeNode), "dn1" },
        { nameof(NodeDescribed), "nd1" },
    };

    [Theory]
    [MemberData(nameof(Version1))]
    public void Version1_Golden_IsWrittenAndReadAsItAlwaysWas(string name, string manifest)
    {
        var message = Messages[name];
        var serializer = new ShardSerializer((ExtendedActorSystem)Sys);
        var golden = Golden.Bytes(manifest);

        Assert.Equal(manifest, serializer.Manifest(message));
        Assert.Equal(Convert.ToHexString(golden), Convert.ToHexString(serializer.ToBinary(message)));
        AssertAlike(message, serializer.FromBinary(golden, manifest));
    }

    /// <summary>A new one that is not listed would fail where it is sent first.</summary>
    [Fact]
    public void Messages_EveryRecordThatMayLeaveANode_IsListedAndBound()
    {
        var records = typeof(INodeMessage).Assembly.GetTypes()
            .Where(static type => !type.IsInterface && typeof(INodeMessage).IsAssignableFrom(type))
            .Select(static type => type.Name)
            .Order(StringComparer.Ordinal)
            .ToArray();

        Assert.Equal(records, ShardSerializer.Messages.Select(static type => type.Name).Order(StringComparer.Ordinal));
        Assert.Equal(records, Messages.Keys.Order(StringComparer.Ordinal));
        Assert.All(ShardSerializer.Messages, type => Assert.IsType<ShardSerializer>(Sys.Serialization.FindSerializerForType(type)));
        Assert.All(ShardSerializer.Messages, static type => Assert.Contains(type.Name, Version1.Select(static row => (string)row[0])));
    }

    /// <summary>What an earlier version wrote is read for as long as its bytes are kept, and none is kept that no one reads.</summary>
    [Fact]
    public void Messages_EveryGoldenFile_IsReadByThisProgram()
    {
        var serializer = new ShardSerializer((ExtendedActorSystem)Sys);

        // The contents of sp1 and ps1 have versions of their own, which ForwardCodecTests reads; events of shards have a serializer of theirs.
        var manifests = Golden.Names.Except(["payments-1", "answers-1"])
            .Where(static name => !name.StartsWith("se", StringComparison.Ordinal) && !name.StartsWith("sh", StringComparison.Ordinal)).ToArray();

        Assert.Equal(ShardSerializer.Messages.Count, manifests.Select(manifest => serializer.FromBinary(Golden.Bytes(manifest), manifest).GetType()).Distinct().Count());
        // What is written now is among them.
        Assert.All(Messages.Values, message => Assert.Contains(serializer.Manifest(message), manifests));
    }

    [Fact]
    public void Find_MessageThatIsNotListed_IsRefused()
    {
        var error = Assert.ThrowsAny<Exception>(() => Sys.Serialization.FindSerializerFor(new Unlisted(1)));

        Assert.Contains("serialization-bindings", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromBinary_ManifestOfAnotherVersion_IsRefused()
    {
        var serializer = new ShardSerializer((ExtendedActorSystem)Sys);

        Assert.Contains("sp2", Assert.Throws<SerializationException>(() => serializer.FromBinary([0, 0, 0, 0], "sp2")).Message, StringComparison.Ordinal);
        Assert.Throws<SerializationException>(() => serializer.FromBinary([0, 0, 0], "sp1"));
        Assert.Throws<SerializationException>(() => serializer.FromBinary([0, 0, 0, 0x80], "sp1"));
        Assert.Throws<SerializationException>(() => serializer.ToBinary(new Unlisted(1)));
        Assert.Throws<SerializationException>(() => serializer.Manifest(new Unlisted(1)));
        Assert.Equal(4101, serializer.Identifier);
    }

    [Fact]
    public void EntityId_ShardThatThereIs_IsEntityAndShard()
    {
        var extractor = new ShardExtractor(12);

        Assert.Equal("11", extractor.EntityId(new ScorePayments(11, default)));
        Assert.Equal("11", extractor.ShardId("11"));
        Assert.Null(extractor.EntityId(new ScorePayments(12, default)));
        Assert.Null(extractor.EntityId(new ScorePayments(-1, default)));
        Assert.Null(extractor.EntityId(DescribeNode.Instance));
        var message = new ScorePayments(3, default);
        Assert.Same(message, extractor.EntityMessage(message));
    }

    private static IReadOnlyDictionary<string, object> Messages { get; } = new object[]
    {
        new ScorePayments(258, "payments"u8.ToArray()), new PaymentsScored("answers"u8.ToArray()), DescribeNode.Instance, new NodeDescribed("view"u8.ToArray()),
    }.ToDictionary(static message => message.GetType().Name, StringComparer.Ordinal);

    private static void AssertAlike(object expected, object actual)
    {
        switch (expected, actual)
        {
            case (ScorePayments sent, ScorePayments read):
                Assert.Equal(sent.Shard, read.Shard);
                Assert.Equal(sent.Payments.ToArray(), read.Payments.ToArray());
                break;
            case (PaymentsScored sent, PaymentsScored read):
                Assert.Equal(sent.Answers.ToArray(), read.Answers.ToArray());
                break;
            case (NodeDescribed sent, NodeDescribed read):
                Assert.Equal(sent.View.ToArray(), read.View.ToArray());
                break;
            default:
                Assert.Equal(expected, actual);
                break;
        }
    }

    private sealed record Unlisted(int Number);
}
