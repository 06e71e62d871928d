using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Fraud.Stream.Events;
using Fraud.Stream.Shards;
using Fraud.Tests.Http.Routing;

namespace Fraud.Tests.Stream.Shards;

/// <summary>The bytes of shards' events, which a journal keeps from one version of the program to the next.</summary>
public sealed class ShardEventSerializerTests() : TestKit(
    ConfigurationFactory.ParseString("akka.loglevel = OFF").WithFallback(EventsConfig.Defaults).WithFallback(ShardsConfig.Defaults))
{
    private static readonly ShardEvent[] Events =
    [
        new ShardClaimed(1_763_719_200_123, 258, "node-1-42-0123456789ab", TimeSpan.FromMicroseconds(1_250_250), 70_000),
        new ShardReleased(1_763_719_260_456, 258, "node-1-42-0123456789ab", ReleaseReason.DrainLimit, TimeSpan.FromSeconds(8)),
        new ShardOvertaken(1_763_719_300_000, 258, "knoten-ü", TimeSpan.FromHours(1)),
        new ShardDropped(-1, 1, "", TimeSpan.Zero),
    ];

    [Theory]
    [InlineData(0, "se1-claimed")]
    [InlineData(1, "se1-released")]
    [InlineData(2, "se1-overtaken")]
    [InlineData(3, "se1-dropped")]
    public void Version1_GoldenEvent_IsWrittenAndReadAsItAlwaysWas(int index, string golden)
    {
        var serializer = New();

        Assert.Equal("se1", serializer.Manifest(Events[index]));
        Assert.Equal(Convert.ToHexString(Golden.Bytes(golden)), Convert.ToHexString(serializer.ToBinary(Events[index])));
        Assert.Equal(Events[index], serializer.FromBinary(Golden.Bytes(golden), "se1"));
    }

    [Fact]
    public void Version1_GoldenSnapshot_IsWrittenAndReadAsItAlwaysWas()
    {
        var serializer = New();
        var past = new ShardPast(Events);

        Assert.Equal("sh1", serializer.Manifest(past));
        Assert.Equal(Convert.ToHexString(Golden.Bytes("sh1")), Convert.ToHexString(serializer.ToBinary(past)));
        Assert.Equal(Events, Assert.IsType<ShardPast>(serializer.FromBinary(Golden.Bytes("sh1"), "sh1")).Events);
    }

    /// <summary>A new one without bytes would fail on the node where it happens first.</summary>
    [Fact]
    public void Events_EachOfThem_HasBytesAndIsBound()
    {
        var events = typeof(ShardEvent).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(ShardEvent))).ToArray();

        Assert.Equal(events.Select(static type => type.Name).Order(), Events.Select(static happened => happened.GetType().Name).Order());
        Assert.All([.. events, typeof(ShardPast)], type => Assert.IsType<ShardEventSerializer>(Sys.Serialization.FindSerializerForType(type)));
        Assert.Equal(4102, New().Identifier);
    }

    [Fact]
    public void FromBinary_DamagedOrOfAnotherVersion_IsRefused()
    {
        var serializer = New();
        var damaged = Golden.Bytes("se1-claimed");
        damaged[5] ^= 1;

        Assert.Throws<SerializationException>(() => serializer.FromBinary(damaged, "se1"));
        Assert.Throws<SerializationException>(() => serializer.FromBinary([], "se1"));
        Assert.Throws<SerializationException>(() => serializer.FromBinary(Golden.Bytes("sh1")[..^1], "sh1"));
        Assert.Contains("se2", Assert.Throws<SerializationException>(() => serializer.FromBinary(Golden.Bytes("se1-claimed"), "se2")).Message, StringComparison.Ordinal);
        Assert.Throws<SerializationException>(() => serializer.ToBinary("text"));
    }

    private ShardEventSerializer New() => new((ExtendedActorSystem)Sys);
}
