using System.Diagnostics.CodeAnalysis;
using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>A shard at the feature stage, under one claim: cards, what changed since the last snapshot, ids.</summary>
internal sealed class LaneShard(long generation)
{
    private readonly HashSet<int> _changed = [];
    private readonly List<KeyValuePair<long, long>> _newIds = [];

    public long Generation => generation;

    public Dictionary<int, CardSum> Cards { get; } = [];

    public RepeatWindow<long, long> Window { get; } = new(maxIds: 100_000, TimeSpan.FromDays(1));

    public static bool TryRecover(
        ShardHead claimed, SnapshotContent snapshot, IEnumerable<StoredPage> pages, [NotNullWhen(true)] out LaneShard? shard)
    {
        var state = new LaneShard(claimed.Generation);
        foreach (var (card, sum) in snapshot.Cards)
        {
            state.Cards[card] = sum;
        }

        foreach (var (id, score) in snapshot.Ids)
        {
            state.Window.Store(id, score, timeMs: 0);
        }

        var cursor = ReplayCursor.From(claimed);
        shard = null;
        foreach (var page in pages)
        {
            if (!cursor.TryAccept(page.Sequence, out cursor))
            {
                return false;
            }

            foreach (var entry in SimPage.Decode(claimed.Shard, page.Payload))
            {
                state.Count(entry.Payment);
                state.Window.Store(entry.Payment.Id, entry.Score, timeMs: 0);
            }
        }

        shard = cursor.IsComplete ? state : null;
        return cursor.IsComplete;
    }

    /// <summary>Counts a payment; its score is the card's sum with it.</summary>
    public long Count(SimPayment payment)
    {
        var sum = Cards.GetValueOrDefault(payment.Card).After(payment.Id, payment.Amount);
        Cards[payment.Card] = sum;
        _changed.Add(payment.Card);
        _newIds.Add(new(payment.Id, sum.Score));
        return sum.Score;
    }

    /// <summary>What a marker carries: copies of what changed since the marker before.</summary>
    public SnapshotContent Encode()
    {
        var content = new SnapshotContent(
            [.. _changed.Order().Select(card => new KeyValuePair<int, CardSum>(card, Cards[card]))], [.. _newIds]);
        _changed.Clear();
        _newIds.Clear();
        return content;
    }
}

/// <summary>What travels through a lane: a payment over HTTP, a batch of records, or a marker.</summary>
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

    /// <summary>Payments that were counted, to be stored.</summary>
    public List<PageEntry> Entries { get; } = [];

    public long? NextOffset => FirstOffset < 0 ? null : FirstOffset + Payments.Count;

    public static LaneItem OfHttp(SimPayment payment, long generation, TimeSpan deadline, Action<SimReply> reply) =>
        new(payment.Shard, generation) { Payments = [payment], Deadline = deadline, Reply = reply };

    public static LaneItem OfRecords(int shard, long generation, long firstOffset, IReadOnlyList<SimPayment> records) =>
        new(shard, generation) { Payments = records, FirstOffset = firstOffset };

    public static LaneItem OfMarker(MarkerKind kind, int shard, long generation, ShardHead? head = null, LaneShard? state = null) =>
        new(shard, generation) { Marker = kind, Head = head, State = state };
}
