using System.Globalization;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.State;

/// <summary>
/// The histories after a crash are those without it, byte for byte, and so are the features that follow from them;
/// on every store.
/// </summary>
public abstract class RecoveryContract
{
    private const int Shards = 2;
    private const int Cards = 60;

    // Payments come a few hours apart, so that a run spans what is kept: histories drop, widen and run out.
    private static readonly ProfileOptions Options = new()
    {
        LabelDelay = TimeSpan.FromDays(1),
        Lateness = TimeSpan.FromDays(2),
        MaxBucketsPerCard = 64,
        // Not so few that terminals widen: when they do depends on the order in which shards were read, as does what
        // they drop then. No feature looks at that.
        RecentIdsPerShard = 50,
    };

    protected virtual int Steps => 300;

    protected abstract IFraudStore Create();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Rebuild_AfterCrashesAtAnyMoment_GivesTheHistoriesWithoutThem(int seed)
    {
        using var store = Create();
        using var twinStore = Create();
        store.Open();
        twinStore.Open();
        var random = new Random(seed);
        var node = New(store, 0).Start(0, 1);
        using var twin = New(twinStore, 0).Start(0, 1);
        var past = new List<Paying>();
        var (away, crashes) = (0, 0);
        var now = July;
        for (var step = 0; step < Steps; step++)
        {
            now += TimeSpan.FromMinutes(random.Next(400));
            switch (random.Next(12))
            {
                case 0:
                    var label = new Label(
                        ShortText.From(Id(random.Next((step * 6) + 30))), default, default, 0, random.Next(3) > 0);
                    foreach (var each in (IFraudStore[])[store, twinStore])
                    {
                        // Some come before their payment, some are said twice or taken back.
                        each.CommitLabels(Topics.Labels, -1, 0, [label]);
                    }

                    break;
                case 1:
                    // Counted by follower, at the same moment: else a crash could not be told from being late.
                    node.Follow();
                    twin.Follow();
                    break;
                case 2:
                    node.Follow();
                    twin.Follow();
                    var shard = random.Next(Shards);
                    away += node.Snapshot(shard, keep: random.Next(20));
                    twin.Snapshot(shard);
                    break;
                case 3 when random.Next(3) == 0:
                    store.SaveTerminals(node.Terminals.Capture());
                    break;
                case 5 when random.Next(3) == 0:
                    // Those that are silent for longer than features look back, at the same moment.
                    node.Sweep();
                    twin.Sweep();
                    break;
                case 4 when random.Next(3) == 0:
                    // All that was in memory is gone.
                    node.Dispose();
                    node = New(store, ++crashes).Start(0, 1);
                    twin.Follow();
                    AssertSame(twin, node);
                    break;
                default:
                    var batch = Batch(random, past, step, now);
                    Payment[] one = [.. batch.Select(Pay)], two = [.. batch.Select(Pay)];
                    var features = node.Pay(one);
                    var expected = twin.Pay(two);
                    Assert.Equal(two.Select(static payment => payment.State), one.Select(static payment => payment.State));
                    Assert.All(
                        Enumerable.Range(0, one.Length).Where(i => one[i].State == PaymentState.Scored),
                        i => Assert.Equal(expected[i], features[i]));
                    break;
            }
        }

        node.Dispose();
        using var last = New(store, ++crashes).Start(0, 1);
        twin.Follow();
        AssertSame(twin, last);
        Assert.InRange(away, 10, int.MaxValue);
        Assert.InRange(crashes, 1, int.MaxValue);
    }

    [Fact]
    public void Rebuild_AfterSnapshot_KnowsPaymentsThatItContains()
    {
        using var store = Create();
        store.Open();
        using (var node = New(store, 0).Start(0, 1))
        {
            node.Pay(Paid("n1", card: "n7", at: July));
            node.Snapshot(0);
            node.Snapshot(1);
        }

        using var next = New(store, 1).Start(0, 1);
        // Sent again, and another payment of the card behind it before the store could say that it knew the first.
        var features = next.Pay(Paid("n1", card: "n7", at: July), Paid("n2", card: "n7", at: July + TimeSpan.FromMinutes(1)));

        Assert.Equal(2, features[1][FeatureCatalog.IndexOf("card_count_1d")]);
    }

    private static HistoryNode New(IFraudStore store, int life) => new(
        store, Shards, string.Create(CultureInfo.InvariantCulture, $"life-{life}"), Options, new ClusterOptions { MaxCardsInMemory = Cards });

    private static List<Paying> Batch(Random random, List<Paying> past, int step, DateTimeOffset now)
    {
        var batch = new List<Paying>();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            if (past.Count > 0 && random.Next(15) == 0)
            {
                batch.Add(past[random.Next(past.Count)]);
                continue;
            }

            // Every sixth number is never used: labels for payments that do not come.
            var number = (step * 6) + i;
            var late = TimeSpan.FromMinutes(random.Next(3) == 0 ? random.Next(2_880) : 0);
            batch.Add(new Paying(number, random.Next(4) == 0 ? 0 : random.Next(Cards), random.Next(6), now - late));
        }

        past.AddRange(batch);
        return batch;
    }

    private static Payment Pay(Paying payment) =>
        Paid(Id(payment.Number), card: Id(payment.Card), terminal: Id(payment.Terminal), at: payment.At);

    private static void AssertSame(HistoryNode expected, HistoryNode actual)
    {
        for (var shard = 0; shard < Shards; shard++)
        {
            actual.LoadAll(shard);
            Dumps.AssertEqual(expected.Cards(shard).Dump(), actual.Cards(shard).Dump());
            Assert.Equal(expected.Terminals.PositionOf(shard), actual.Terminals.PositionOf(shard));
        }

        Assert.Equal(expected.Terminals.Labels, actual.Terminals.Labels);
        Dumps.AssertEqual(expected.Parts.Profile.Terminals.Dump(), actual.Parts.Profile.Terminals.Dump());
    }

    private readonly record struct Paying(int Number, int Card, int Terminal, DateTimeOffset At);

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"n{number}");
}

public sealed class SqliteRecoveryTests : RecoveryContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private int _files;

    protected override IFraudStore Create() => new SqliteStore(
        new StorageOptions { SqliteFile = _folder.File(string.Create(CultureInfo.InvariantCulture, $"fraud-{_files++}.db")) },
        Topics.Transactions,
        TimeProvider.System);

    public void Dispose() => _folder.Dispose();
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresRecoveryTests(PostgresServer server) : RecoveryContract
{
    // It waits for its disk at every commit.
    protected override int Steps => 100;

    protected override IFraudStore Create() => new PostgresStore(
        new StorageOptions { Kind = StoreKind.Postgres, Postgres = server.CreateDatabase() }, Topics.Transactions, TimeProvider.System);
}
