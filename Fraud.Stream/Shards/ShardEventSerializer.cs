using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;
using Fraud.Model.Snapshots;

namespace Fraud.Stream.Shards;

/// <summary>
/// The bytes of a shard's events in the journal, and of its <see cref="ShardPast"/> in a snapshot. What was written once is read for
/// ever: a manifest names what it is and its version, and another version gets another manifest.
/// </summary>
/// <remarks>
/// Version 1: a byte that says which event, its time, generation, node, how long it took in microseconds, and where it has them cards
/// or reason; a checksum at the end, as of all stored state. se1 is one event, sh1 several.
/// </remarks>
public sealed class ShardEventSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string Event1 = "se1";
    private const string Past1 = "sh1";
    private const byte Version = 1;

    // Longest name in a store's row, in bytes of UTF-8 (NodeIdentity.MaxAddressLength).
    private const int MaxNodeBytes = 1_024;

    // Far above any setting: a length that a damaged snapshot says is not believed.
    private const int MaxEvents = 100_000;

    private const byte Claimed = 1;
    private const byte Released = 2;
    private const byte Overtaken = 3;
    private const byte Dropped = 4;

    // Akka's own are below 40, and a number is never given to another serializer.
    public override int Identifier => 4102;

    public override string Manifest(object o) => o switch
    {
        ShardEvent => Event1,
        ShardPast => Past1,
        _ => throw NotOurs(o),
    };

    public override byte[] ToBinary(object obj)
    {
        var writer = new StateWriter();
        writer.Begin(Version);
        switch (obj)
        {
            case ShardEvent happened:
                Write(writer, happened);
                break;
            case ShardPast past:
                writer.Unsigned((ulong)past.Events.Count);
                foreach (var happened in past.Events)
                {
                    Write(writer, happened);
                }

                break;
            default:
                throw NotOurs(obj);
        }

        return writer.End().ToArray();
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (manifest is not (Event1 or Past1))
        {
            throw new SerializationException($"Expected {Event1} or {Past1}, found '{manifest}': a newer program wrote it.");
        }

        try
        {
            var reader = new StateReader(bytes, Version, "events of a shard");
            if (manifest == Event1)
            {
                return Read(ref reader);
            }

            var events = new ShardEvent[Length(reader.Unsigned(), MaxEvents)];
            for (var i = 0; i < events.Length; i++)
            {
                events[i] = Read(ref reader);
            }

            return new ShardPast(events);
        }
        catch (Exception error) when (error is CorruptStateException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            throw new SerializationException($"{manifest}: {error.Message}", error);
        }
    }

    private static void Write(StateWriter writer, ShardEvent happened)
    {
        writer.Byte(happened switch
        {
            ShardClaimed => Claimed,
            ShardReleased => Released,
            ShardOvertaken => Overtaken,
            ShardDropped => Dropped,
            _ => throw NotOurs(happened),
        });
        writer.Signed(happened.AtMs);
        writer.Unsigned((ulong)happened.Generation);
        var node = Encoding.UTF8.GetBytes(happened.Node);
        writer.Unsigned((ulong)node.Length);
        foreach (var value in node)
        {
            writer.Byte(value);
        }

        switch (happened)
        {
            case ShardClaimed claimed:
                Write(writer, claimed.Took);
                writer.Unsigned((ulong)claimed.Cards);
                break;
            case ShardReleased released:
                Write(writer, released.Took);
                writer.Byte((byte)released.Why);
                break;
            case ShardOvertaken overtaken:
                Write(writer, overtaken.Took);
                break;
            case ShardDropped dropped:
                Write(writer, dropped.Took);
                break;
        }
    }

    private static ShardEvent Read(ref StateReader reader)
    {
        var which = reader.Byte();
        var atMs = reader.Signed();
        var generation = (long)reader.Unsigned();
        var utf8 = new byte[Length(reader.Unsigned(), MaxNodeBytes)];
        for (var i = 0; i < utf8.Length; i++)
        {
            utf8[i] = reader.Byte();
        }

        var node = Encoding.UTF8.GetString(utf8);
        var took = TimeSpan.FromMicroseconds(reader.Unsigned());
        return which switch
        {
            Claimed => new ShardClaimed(atMs, generation, node, took, (int)reader.Unsigned()),
            Released => new ShardReleased(atMs, generation, node, (ReleaseReason)reader.Byte(), took),
            Overtaken => new ShardOvertaken(atMs, generation, node, took),
            Dropped => new ShardDropped(atMs, generation, node, took),
            _ => throw new CorruptStateException($"events of a shard: expected 1 to {Dropped}, found {which}"),
        };
    }

    private static void Write(StateWriter writer, TimeSpan took) => writer.Unsigned((ulong)took.TotalMicroseconds);

    private static int Length(ulong length, int most) =>
        length <= (ulong)most ? (int)length : throw new CorruptStateException($"events of a shard: expected at most {most}, found {length}");

    private static SerializationException NotOurs(object message) =>
        new($"{message.GetType()} is no event of a shard: add it to {nameof(ShardEventSerializer)}.");
}
