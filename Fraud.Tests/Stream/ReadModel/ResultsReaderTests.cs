using Fraud.Model;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Fraud.Tests.Stream.Storage.StoredPayments;
using SqliteConnection = Fraud.Stream.Storage.SqliteConnection;

namespace Fraud.Tests.Stream.ReadModel;

/// <summary>The journal is one store's, the rows are another's: who writes them is the reader alone.</summary>
public sealed class ResultsReaderTests : IDisposable
{
    private const int Shards = 4;

    private readonly TempFolder _folder = new();
    private readonly IFraudStore _journal;
    private readonly IFraudStore _rows;
    private readonly OwnedShards _owned;
    private readonly ReadModelOptions _options = new() { PagesAtOnce = 2, RetryMin = TimeSpan.FromMilliseconds(1), RetryMax = TimeSpan.FromMilliseconds(1) };

    public ResultsReaderTests()
    {
        _journal = Open("journal");
        _rows = Open("rows");
        _owned = _journal.OwnAll(Shards, "node");
    }

    public void Dispose()
    {
        _journal.Dispose();
        _rows.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Step_ShardThatWasOpenedLater_WritesItsJournalFromThePositionOn()
    {
        var node = Node();
        using var reader = node.Reader;
        Commit("a", "b", "c");
        Assert.False(reader.Step(CancellationToken.None));

        node.Directory.SetOpen(0, 1);
        Assert.True(reader.Step(CancellationToken.None));
        Assert.False(reader.Step(CancellationToken.None));

        Assert.Equal(["a", "b", "c"], Written());
        Assert.Equal(3, reader.Written);
    }

    [Fact]
    public void Step_PagesAsTheyAreCommitted_AreWrittenInOneTransactionWithoutALookAtTheJournal()
    {
        var node = Node();
        using var reader = node.Reader;
        node.Directory.SetOpen(0, 1);
        reader.Step(CancellationToken.None);
        // Not in the journal at all: so they come from the queue.
        node.Committed.Offer(Page(1, "a"));
        node.Committed.Offer(Page(2, "b"));

        Assert.True(reader.Step(CancellationToken.None));

        Assert.Equal(["a", "b"], Written());
        Assert.False(reader.Step(CancellationToken.None));
    }

    [Fact]
    public void Step_PagesWithoutPayments_FillATransactionToo()
    {
        _options.MaxTransaction = 2;
        var node = Node();
        using var reader = node.Reader;
        node.Directory.SetOpen(0, 1);
        reader.Step(CancellationToken.None);
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            var empty = new PageWriter();
            empty.Begin(0);
            node.Committed.Offer(new FollowedPage(0, 1, sequence, empty.End(null).ToArray()));
        }

        Assert.True(reader.Step(CancellationToken.None));

        Assert.Equal(2, _rows.Rows.ReadPositions()[0]);
    }

    [Fact]
    public void Step_QueueHadNoRoom_TakesTheRestFromTheJournal()
    {
        _options.QueueCapacity = 1;
        var node = Node();
        using var reader = node.Reader;
        node.Directory.SetOpen(0, 1);
        reader.Step(CancellationToken.None);

        foreach (var page in Commit("a", "b", "c"))
        {
            node.Committed.Offer(page);
        }

        while (reader.Step(CancellationToken.None))
        {
            // Until there is nothing left.
        }

        Assert.Equal(["a", "b", "c"], Written());
    }

    [Fact]
    public void Step_ShardOfAnotherClaimByNow_WritesNoMoreOfIt()
    {
        var (before, after) = (Node(), Node());
        using var slow = before.Reader;
        using var next = after.Reader;
        before.Directory.SetOpen(0, 1);
        slow.Step(CancellationToken.None);
        var pages = Commit("a", "b");
        before.Committed.Offer(pages[0]);
        slow.Step(CancellationToken.None);

        after.Directory.SetOpen(0, 2);
        next.Step(CancellationToken.None);
        before.Committed.Offer(pages[1]);
        slow.Step(CancellationToken.None);
        slow.Step(CancellationToken.None);

        Assert.Equal(["a", "b"], Written());
        Assert.Equal((1, 1), (slow.Written, next.Written));
    }

    /// <summary>A write without an answer landed after all, and its pages left the journal: the simulation found a reader that read on for ever.</summary>
    [Fact]
    public void Step_PagesLeftTheJournalBehindItsBack_TakesTheStoredPositionAndGoesOn()
    {
        var node = Node();
        using var reader = node.Reader;
        node.Directory.SetOpen(0, 1);
        var pages = Commit("a", "b");
        // Follows from position 0 on.
        Assert.True(reader.Step(CancellationToken.None));
        Commit("c", "d", "e");
        using (var connection = new SqliteConnection(Options("rows")))
        {
            connection.Execute("UPDATE reader_positions SET position = 3");
        }

        using (var connection = new SqliteConnection(Options("journal").ForFile(Options("journal").JournalFile)))
        {
            connection.Execute("DELETE FROM journal WHERE sequence <= 3");
        }

        // Of a gap, so that the journal is read.
        node.Committed.Offer(pages[1] with { Sequence = 5 });
        while (reader.Step(CancellationToken.None))
        {
            // Until there is nothing left.
        }

        reader.Step(CancellationToken.None);
        while (reader.Step(CancellationToken.None))
        {
            // Until there is nothing left.
        }

        Assert.Equal(["a", "b", "d", "e"], Written());
    }

    [Fact]
    public async Task Run_RowsCannotBeWrittenForAWhile_WritesAllOnceTheyCan()
    {
        var node = Node(failures: 3);
        using var reader = node.Reader;
        using var stop = new CancellationTokenSource();
        node.Directory.SetOpen(0, 1);
        var run = Task.Factory.StartNew(() => reader.Run(stop.Token), TaskCreationOptions.LongRunning);
        foreach (var page in Commit("a", "b", "c"))
        {
            node.Committed.Offer(page);
        }

        await Poll.Until(() => reader.Written == 3);
        await stop.CancelAsync();
        await run;

        Assert.Equal(["a", "b", "c"], Written());
        Assert.Equal(3, node.Failed);
    }

    /// <summary>A shard goes from node to node and back, its pages reach the readers or do not: each row is there once.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Step_ShardMovesAtAnyMoment_WritesEachRowOnce(int seed)
    {
        var random = new Random(seed);
        _options.QueueCapacity = 2;
        Owner[] nodes = [Node(), Node()];
        long generation = 0;
        var number = 0;
        var owner = nodes[0];
        for (var i = 0; i < 200; i++)
        {
            switch (random.Next(6))
            {
                case 0:
                    // Who had it before may not know yet.
                    owner = nodes[random.Next(2)];
                    owner.Directory.SetOpen(0, ++generation);
                    break;
                case 1:
                    nodes[random.Next(2)].Directory.SetClosed(0, generation);
                    break;
                case 2 or 3 when generation > 0:
                    var page = Commit($"p{number++:D3}")[0] with { Generation = generation };
                    owner.Committed.Offer(page);
                    break;
                default:
                    nodes[random.Next(2)].Reader.Step(CancellationToken.None);
                    break;
            }
        }

        nodes[0].Directory.SetOpen(0, ++generation);
        while (nodes[0].Reader.Step(CancellationToken.None))
        {
            // Until there is nothing left.
        }

        Assert.Equal(Enumerable.Range(0, number).Select(static i => $"p{i:D3}"), Written());
        Assert.Equal(number, nodes.Sum(static node => node.Reader.Written));
        Assert.All(nodes, static node => node.Reader.Dispose());
    }

    private Owner Node(int failures = 0)
    {
        var feed = new ResultsFeed(new CommittedPages(_options.QueueCapacity), new ReaderLag(Shards, TimeProvider.System), _options.MaxBehind);
        var node = new Owner(new ShardDirectory(Shards), feed) { Failures = failures };
        node.Reader = new ResultsReader(
            new JournalAndRows(_journal, _rows, node), node.Directory, feed, _options, TimeProvider.System, NullLogger<ResultsReader>.Instance);
        return node;
    }

    /// <summary>A commit for each payment; its pages.</summary>
    private List<FollowedPage> Commit(params string[] ids)
    {
        var pages = new List<FollowedPage>();
        foreach (var id in ids)
        {
            var sequence = _owned.Commit(FromHttp(Paid(id)))[0].Sequence;
            pages.Add(new FollowedPage(0, 1, sequence, _journal.ReadJournal(0, sequence - 1, 1).Single().Payload));
        }

        return pages;
    }

    private static FollowedPage Page(long sequence, string id)
    {
        var writer = new PageWriter();
        writer.Begin(0);
        writer.Add(Paid(id), keepsFeatures: false);
        return new FollowedPage(0, 1, sequence, writer.End(null).ToArray());
    }

    private string[] Written() => [.. _rows.History.Read(0, long.MaxValue, 0, long.MaxValue).Select(static row => row.TransactionId)];

    private SqliteStore Open(string name)
    {
        var store = new SqliteStore(Options(name), "transactions", new FakeTimeProvider(July));
        store.Open();
        return store;
    }

    private StorageOptions Options(string name) => new() { SqliteFile = _folder.File(name + ".db") };

    /// <summary>The journal of one store, the rows of another.</summary>
    private sealed class JournalAndRows(IFraudStore journal, IFraudStore rows, Owner owner) : DelegatingStore(journal)
    {
        public override IRowStore Rows { get; } = new RowsOf(rows.Rows, owner);
    }

    private sealed class RowsOf(IRowStore rows, Owner owner) : IRowStore
    {
        public IResultRows Open() => owner.Open(rows.Open);

        public IReadOnlyDictionary<int, long> ReadPositions() => rows.ReadPositions();

        public RepeatNotes ReadRepeats(int shard) => rows.ReadRepeats(shard);

        public StoredAnswer? ReadAnswer(in ShortText transactionId) => rows.ReadAnswer(transactionId);
    }

    private sealed class Owner(ShardDirectory directory, ResultsFeed feed)
    {
        public ShardDirectory Directory => directory;

        public CommittedPages Committed => feed.Pages;

        public ResultsReader Reader { get; set; } = null!;

        public int Failures { get; init; }

        public int Failed { get; private set; }

        public IResultRows Open(Func<IResultRows> open) => Failed < Failures && ++Failed > 0
            ? throw new StoreUnavailableException("away", new IOException())
            : open();
    }
}
