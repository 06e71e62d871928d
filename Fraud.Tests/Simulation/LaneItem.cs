using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>What travels through a lane: a payment over HTTP, a batch of records, retractions, or a marker.</summary>
internal sealed class LaneItem
{
    private LaneItem(int shard, long generation)
    {
        Shard = shard;
        Generation = generation;
    }

    public int Shard { get; }

    /// <summary>Under which it entered the lane (rule 3).</summary>
    public long Generation { get; }

    public IReadOnlyList<SimPayment> Payments { get; private init; } = [];

    /// <summary>Repeats that are to be taken back, and where they are.</summary>
    public IReadOnlyList<(SimPayment Repeat, JournalPlace Place)> Retractions { get; private init; } = [];

    /// <summary>Offset of the first record, or -1 for HTTP.</summary>
    public long FirstOffset { get; private init; } = -1;

    /// <summary>On the node's clock; HTTP alone.</summary>
    public TimeSpan Deadline { get; private init; }

    public Action<SimReply>? Reply { get; private init; }

    public MarkerKind? Marker { get; private init; }

    /// <summary>Of an open marker.</summary>
    public ShardHead? Head { get; private init; }

    /// <summary>Recovered, of an open marker; of all others the state that counted them.</summary>
    public LaneShard? State { get; set; }

    /// <summary>Of a snapshot or hand-over, once it passed the feature stage.</summary>
    public SnapshotContent? Content { get; set; }

    /// <summary>Of HTTP, once it passed the feature stage: what is answered behind the commit.</summary>
    public long Score { get; set; }

    /// <summary>What was counted or taken back, to be stored.</summary>
    public List<PageEntry> Entries { get; } = [];

    public long? NextOffset => FirstOffset < 0 ? null : FirstOffset + Payments.Count;

    public static LaneItem OfHttp(SimPayment payment, long generation, TimeSpan deadline, Action<SimReply> reply) =>
        new(payment.Shard, generation) { Payments = [payment], Deadline = deadline, Reply = reply };

    public static LaneItem OfRecords(int shard, long generation, long firstOffset, IReadOnlyList<SimPayment> records) =>
        new(shard, generation) { Payments = records, FirstOffset = firstOffset };

    public static LaneItem OfRetractions(int shard, long generation, IReadOnlyList<(SimPayment Repeat, JournalPlace Place)> retractions) =>
        new(shard, generation) { Retractions = retractions };

    public static LaneItem OfMarker(MarkerKind kind, int shard, long generation, ShardHead? head = null, LaneShard? state = null) =>
        new(shard, generation) { Marker = kind, Head = head, State = state };
}
