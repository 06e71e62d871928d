using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Fraud.Stream.Cluster;
using Fraud.Stream.Events;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Stream.Shards;

/// <summary>The history of a shard on a real journal, whatever the store: what it keeps, and what it does while that is away.</summary>
public abstract class ShardHistoryContract : Akka.TestKit.Xunit2.TestKit
{
    private const int Shard = 1;
    private const int Kept = 4;

    private static readonly NodeIdentity Node = new("node", "");

    private readonly RecordingLog _log = new();
    private readonly StorageOptions _storage;
    private readonly ShardTimeline _timeline = new(2, Node, new ClusterOptions { ShardHistory = Kept });

    protected ShardHistoryContract(StorageOptions storage)
        : base(Config(storage), "shard-history")
    {
        _storage = storage;
        // Where the store makes the tables: as before a shard opens.
        using var store = StoreFactory.Create(storage, "transactions", TimeProvider.System);
        store.Open();
    }

    [Fact]
    public void Take_Events_AreThereForTheNextOwner()
    {
        var (first, owner) = Start();
        ShardEvent[] events = [Claimed(1), new ShardReleased(2, 1, "node", ReleaseReason.Drained, TimeSpan.FromSeconds(2)), new ShardOvertaken(3, 2, "other", TimeSpan.Zero)];
        foreach (var happened in events)
        {
            Store(first, owner, happened);
        }

        var other = new ShardTimeline(2, Node, new ClusterOptions { ShardHistory = Kept });
        Start(other);

        Assert.Equal(events.Reverse(), other.Newest(10).Select(static one => one.Event));
        Assert.All(other.Newest(10), static one => Assert.Equal(Shard, one.Shard));
    }

    [Fact]
    public void Take_TheSameAgain_IsStoredOnce()
    {
        var (history, owner) = Start();
        Store(history, owner, Claimed(1));
        Store(history, owner, Claimed(1));

        Assert.Single(_timeline.Newest(10));
        Assert.Equal(1, Count("akka_events"));
    }

    [Fact]
    public async Task Take_ManyTimesWhatIsKept_TheLastAreKeptAndRowsDoNotGrow()
    {
        var (history, owner) = Start();
        for (var i = 1; i <= 10 * Kept; i++)
        {
            Store(history, owner, Claimed(i));
        }

        var last = Enumerable.Range((9 * Kept) + 1, Kept).Select(static i => (long)i).Reverse().ToArray();
        Assert.Equal(last, _timeline.Newest(100).Select(static one => one.Event.Generation));
        // Deletes follow their snapshots: half of what is kept, and the row that keeps the number.
        await Poll.Until(() => Count("akka_events") <= (Kept / 2) + 1 && Count("akka_snapshots") == 1);
        var other = new ShardTimeline(2, Node, new ClusterOptions { ShardHistory = Kept });
        Start(other);
        Assert.Equal(last, other.Newest(100).Select(static one => one.Event.Generation));
    }

    [Fact]
    public async Task Take_JournalRefusesWrites_IsTriedAgainUntilItTakesThem()
    {
        var (history, owner) = Start();
        Store(history, owner, Claimed(1));

        Break();
        history.Tell(Claimed(2), owner.Ref);
        await Poll.Until(() => _log.Of(127).Any());
        Assert.Equal([1L], _timeline.Newest(10).Select(static one => one.Event.Generation));
        Repair();

        // As the reporter does: what is not confirmed is told to each that comes up.
        owner.FishForMessage(
            message =>
            {
                if (message is HistoryUp)
                {
                    history.Tell(Claimed(2), owner.Ref);
                }

                return message is EventStored { Event.Generation: 2 };
            },
            Poll.Deadline);
        Assert.Equal([2L, 1L], _timeline.Newest(10).Select(static one => one.Event.Generation));
    }

    /// <summary>As while the node before still writes.</summary>
    [Fact]
    public void Take_TwoWriters_BothAreInTheHistory()
    {
        var (before, first) = Start();
        var (after, second) = Start();
        Store(before, first, Claimed(1));

        // It has not seen the other's, so its number is taken, and it recovers.
        after.Tell(Claimed(2), second.Ref);
        second.FishForMessage(
            message =>
            {
                if (message is HistoryUp)
                {
                    after.Tell(Claimed(2), second.Ref);
                }

                return message is EventStored { Event.Generation: 2 };
            },
            Poll.Deadline);

        var third = new ShardTimeline(2, Node, new ClusterOptions { ShardHistory = Kept });
        Start(third);
        Assert.Equal([2L, 1L], third.Newest(10).Select(static one => one.Event.Generation));
    }

    /// <summary>Makes the journal refuse writes.</summary>
    protected abstract void Break();

    protected abstract void Repair();

    protected abstract long Count(string table);

    private static ShardClaimed Claimed(int generation) => new(generation, generation, "node", TimeSpan.FromMilliseconds(generation), 3);

    private static void Store(IActorRef history, TestProbe owner, ShardEvent happened)
    {
        history.Tell(happened, owner.Ref);
        Assert.Equal(happened, owner.ExpectMsg<EventStored>(Poll.Deadline).Event);
    }

    private (IActorRef History, TestProbe Owner) Start(ShardTimeline? timeline = null)
    {
        var owner = CreateTestProbe();
        var (file, all, log) = (new EventsFile(_storage), timeline ?? _timeline, new LoggerFactory([_log]).CreateLogger<ShardHistory>());
        var history = Props.Create(() => new ShardHistory(Shard, owner.Ref, all, file, log));
        var supervisor = Sys.ActorOf(ShardHistory.Supervised(
            history, new LifecycleOptions { RestartMin = TimeSpan.FromMilliseconds(50), RestartMax = TimeSpan.FromMilliseconds(200) }));
        owner.ExpectMsg<HistoryUp>(Poll.Deadline);
        return (supervisor, owner);
    }

    private static Config Config(StorageOptions storage) => ConfigurationFactory
        .ParseString("""
            akka.loglevel = OFF
            # Failures of these tests come fast.
            akka.persistence.journal.sql.circuit-breaker.max-failures = 1000
            akka.persistence.snapshot-store.sql.circuit-breaker.max-failures = 1000
            """)
        .WithFallback(EventsConfig.Of(storage))
        .WithFallback(ShardsConfig.Defaults);
}
