using Fraud.Model;
using Fraud.Stream.Cluster;
using Fraud.Stream.FanOut;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.State;

/// <summary>A page leaves when nothing needs it any more (rule 12 of docs/decisions/0011).</summary>
public sealed class TerminalSnapshotsTests : IDisposable
{
    private static readonly TimeSpan IdsFor = TimeSpan.FromHours(1);

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(July);
    private readonly SqliteStore _store;
    private readonly OwnedShards _owned;
    private readonly TestShards _parts;
    private readonly TerminalSnapshots _snapshots;

    public TerminalSnapshotsTests()
    {
        _store = new SqliteStore(new StorageOptions { SqliteFile = _folder.File("fraud.db") }, Topics.Transactions, _time);
        _store.Open();
        _owned = _store.OwnAll(1);
        _parts = new TestShards(_store, 1);
        _snapshots = new TerminalSnapshots(
            _store, new ClusterOptions { SnapshotInterval = TimeSpan.FromMinutes(1), JournalRetention = TimeSpan.FromMinutes(1) }, _time);
    }

    public void Dispose()
    {
        _parts.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Step_PagesThatSnapshotsContain_LeaveOnceRowsRepeatsAndAlertsNeedThemNoMore()
    {
        ShardPage[] pages = [Commit(Paid("a")), Commit(Paid("a")), Commit(Paid("b"))];
        SaveCards(0, 3);
        _time.Advance(IdsFor + IdsFor);
        Prune();
        // None has its rows.
        Assert.Equal([1, 2, 3], Pages());

        _store.WriteRows([pages[2]]);
        Prune();
        // Kafka has no alerts of them.
        Assert.Equal([1, 2, 3], Pages());

        Sent(3);
        Prune();
        // The second page says what is to be taken back.
        Assert.Equal([2, 3], Pages());

        TakeBack(new JournalPlace(2, 0));
        SaveCards(3, 4);
        Sent(4);
        Prune();
        // The last one is too young: a repeat may be answered from it.
        Assert.Equal([4], Pages());

        _time.Advance(IdsFor + IdsFor);
        Prune();
        Assert.Empty(Pages());
    }

    private ShardPage Commit(Fraud.Stream.Batching.Payment payment)
    {
        var batch = FromHttp(payment);
        var page = new[] { batch }.PagesOf(_owned.Next(batch))[0];
        Assert.Empty(_store.Commit([page]));
        _owned.Move([page.Commit]);
        return page;
    }

    private void TakeBack(JournalPlace place)
    {
        var commit = _owned.Next(FromHttp(Paid("any")))[0];
        var counted = new JournalEntry(ShortText.From("a"), ShortText.From("card"), default, 1_234, July.ToUnixTimeMilliseconds());
        var page = new GroupPages(new FeatureSample(0), _time).Of(commit, [new PageRetraction(0, place.Sequence, place.Ordinal, counted)]);
        Assert.Empty(_store.Commit([page]));
        _owned.Move([commit]);
        _store.WriteRows([page]);
    }

    private void Sent(long upTo)
    {
        _store.Positions.Take(JournalReaders.Alerts, 0, _owned.GenerationOf(0));
        Assert.Empty(_store.Positions.Raise(JournalReaders.Alerts, [new ReaderPosition(0, _owned.GenerationOf(0), upTo)]));
    }

    private void SaveCards(long from, long to) =>
        Assert.True(_store.SaveCards(new CardSnapshot(new SnapshotMove(0, _owned.GenerationOf(0), from, to), 0, [], [])));

    /// <summary>A snapshot of the terminals, and what is due once it is old enough.</summary>
    private void Prune()
    {
        _parts.Terminals.Load(CancellationToken.None);
        for (var i = 0; i < 2; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(2));
            _snapshots.Step(_owned.GenerationOf(0), _parts.Terminals, IdsFor);
        }
    }

    private IEnumerable<long> Pages() => _store.ReadJournal(0, 0, 100).Select(static page => page.Sequence);
}
