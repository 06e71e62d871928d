using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.ReadModel;

/// <summary>What the database refuses for itself is parked with its place, and nothing else waits for it (rule 19 of docs/decisions/0011).</summary>
public abstract partial class ResultRowsContract
{
    private const string Poison = "new.card_id = 'poison'";

    [Fact]
    public void Step_OneOfTenThousandIsRefused_IsParkedAndAllOthersHaveRows()
    {
        var feed = Committed(Enumerable.Range(0, 40).Select(page => Enumerable.Range(0, 250)
            .Select(i => Paid($"p{page:D2}{i:D3}", card: (page, i) == (23, 71) ? "poison" : "card"))));
        Execute("rows", RefuseRows(Poison));

        var reader = ReadAll(feed);

        Assert.Equal((9_999, 9_999), (reader.Written, Read("rows", "SELECT transaction_id FROM transactions").Count));
        Assert.Equal(["0|24|71|p23071|1"], Parked());
        Assert.Equal(40, Store.Rows.ReadPositions()[0]);
        Assert.Equal((1L, 1L), (feed.Refused.Refused, feed.Refused.Parked));
        Assert.Equal(0, feed.Lag.Payments);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, 8)]
    [InlineData(0, 12)]
    public void Step_RunOfPaymentsIsRefused_AreParkedAndTheOthersHaveRows(int from, int to)
    {
        var feed = Committed(Enumerable.Range(0, 3).Select(page => Enumerable.Range(page * 4, 4)
            .Select(i => Paid($"p{i:D2}", card: i >= from && i < to ? "poison" : "card"))));
        Execute("rows", RefuseRows(Poison));

        ReadAll(feed);

        var refused = Enumerable.Range(from, to - from).Select(static i => $"p{i:D2}").ToList();
        Assert.Equal(refused, Read("rows", "SELECT transaction_id FROM refused_rows ORDER BY sequence, ordinal"));
        Assert.Equal(
            Enumerable.Range(0, 12).Select(static i => $"p{i:D2}").Except(refused), Read("rows", "SELECT transaction_id FROM transactions ORDER BY transaction_id"));
        Assert.Equal(3, Store.Rows.ReadPositions()[0]);
    }

    [Fact]
    public void Step_FirstAndLastAreRefused_AreParkedInTheirPlaces()
    {
        var feed = Committed([[Paid("first", card: "poison"), Paid("b")], [Paid("c")], [Paid("d"), Paid("last", card: "poison")]]);
        Execute("rows", RefuseRows(Poison));

        ReadAll(feed);

        Assert.Equal(["0|1|0|first|1", "0|3|1|last|1"], Parked());
        Assert.Equal(["b", "c", "d"], Read("rows", "SELECT transaction_id FROM transactions ORDER BY transaction_id"));
    }

    /// <summary>It is what the other made of it: each alone would be taken.</summary>
    [Fact]
    public void WriteApart_RefusedForAnotherOfThePage_ParksTheLaterOne()
    {
        Write();
        Execute("rows", "CREATE UNIQUE INDEX one_a_moment ON transactions (card_id, event_time)");
        var page = Page(0, 1, Paid("a"), Paid("b"), Paid("c", at: July.AddSeconds(1)));
        Rows.Take(0, 1);

        Assert.Throws<RowsRefusedException>(() => Rows.Write([page]));
        var written = Rows.WriteApart(page);

        Assert.Equal((2, 0, 1), (written.Payments, written.Repeats, Assert.Single(written.Refused).Place.Ordinal));
        Assert.Equal(["a", "c"], Read("rows", "SELECT transaction_id FROM transactions ORDER BY transaction_id"));
        Assert.Equal(["0|1|1|b|1"], Parked());
    }

    /// <summary>Messages quote what rows hold.</summary>
    [Fact]
    public void WriteApart_ErrorThatIsKept_NamesTheConstraintAndNoValue()
    {
        Write();
        Execute("rows", RefuseRows(Poison));
        Rows.Take(0, 1);
        var page = Page(0, 1, Paid("a", card: "poison"));

        var refused = Assert.Throws<RowsRefusedException>(() => Rows.Write([page]));
        Rows.WriteApart(page);

        var error = Assert.Single(Read("rows", "SELECT error FROM refused_rows"));
        Assert.Equal(error, refused.Error);
        Assert.Contains(error, (string[])["P0001", "SQLITE_CONSTRAINT_TRIGGER"]);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteApart_UnderAClaimThatIsOver_ParksNothing()
    {
        Write();
        Execute("rows", RefuseRows(Poison));
        Rows.Take(0, 2);

        Assert.Equal([0], Rows.WriteApart(Page(0, 1, Paid("a", card: "poison"), Paid("b"))).Lost);

        Assert.Equal((0, 0), Counts());
        Assert.Empty(Parked());
    }

    /// <summary>The transaction fails at its end: neither rows nor position nor what was parked are there, and the next try has all of it once.</summary>
    [Fact]
    public void WriteApart_EndsBeforeItsEnd_LeavesNothing()
    {
        Write();
        Execute("rows", RefuseRows(Poison));
        Rows.Take(0, 1);
        var writer = new PageWriter();
        writer.Begin(July.ToUnixTimeMilliseconds());
        foreach (var payment in (Payment[])[Paid("a"), Paid("b", card: "poison"), Paid("a")])
        {
            writer.Add(payment, keepsFeatures: true);
        }

        writer.Retract(1, 2, default);
        var page = new FollowedPage(0, 1, 1, writer.End(null).ToArray());
        Execute("rows", BreakInserts("repeated_payments").Replace("INSERT", "UPDATE", StringComparison.Ordinal));

        Assert.ThrowsAny<Exception>(() => Rows.WriteApart(page));
        Assert.Empty(Parked());
        Assert.Equal((0, 0), Counts());
        Assert.Equal(0, Store.Rows.ReadPositions()[0]);
        Execute("rows", RepairInserts("repeated_payments"));

        Rows.WriteApart(page);
        Assert.Equal((1, 1), Counts());
        Assert.Empty(Store.Rows.ReadRepeats(0).Open);
        Assert.Equal(["0|1|1|b|1"], Parked());
    }

    [Fact]
    public async Task Run_RefusedAndAwayByTurns_WritesAllThatIsTakenOnce()
    {
        var feed = Committed(Enumerable.Range(0, 8).Select(page => Enumerable.Range(page * 4, 4)
            .Select(i => Paid($"p{i:D2}", card: i % 5 == 0 ? "poison" : "card"))));
        Execute("rows", RefuseRows(Poison));
        var failing = new AwayByTurns(Store);
        using var stop = new CancellationTokenSource();
        using var reader = Reader(failing, feed);
        var run = Task.Factory.StartNew(() => reader.Run(stop.Token), TaskCreationOptions.LongRunning);

        await Poll.Until(() => Store.Rows.ReadPositions().GetValueOrDefault(0) == 8);
        await stop.CancelAsync();
        await run;

        Assert.InRange(failing.Failures, 2, int.MaxValue);
        Assert.Equal(25, Read("rows", "SELECT transaction_id FROM transactions").Count);
        Assert.Equal(["p00", "p05", "p10", "p15", "p20", "p25", "p30"], Read("rows", "SELECT transaction_id FROM refused_rows ORDER BY sequence, ordinal"));
    }

    /// <summary>The journal's page has left meanwhile, so all of it comes from what was parked.</summary>
    [Fact]
    public void Retry_PageHasLeft_WritesTheRowAsItWouldHaveBeen()
    {
        var parked = Paid("b", offset: 41, card: "poison", score: 0.75f, decision: Decision.Block, reasons: ["why"]);
        var feed = Committed([[Paid("a", offset: 40), parked]]);
        Store.CommitLabels("labels", 0, 1, [Waiting("b")]);
        Execute("rows", RefuseRows(Poison));
        ReadAll(feed);
        Assert.True(Store.SaveCards(new CardSnapshot(new SnapshotMove(0, 1, 0, 1), 0, [], [])));
        Store.PruneJournal(0, 1, long.MaxValue);
        Assert.Empty(Store.ReadJournal(0, 0, 10));
        Assert.Equal(0.75f, Store.Rows.ReadAnswer(ShortText.From("b"))!.Score);

        Assert.Equal(RetryOutcome.Refused, Rows.Retry(One()));
        Assert.Equal(["0|1|1|b|2"], Parked());
        Assert.Empty(Store.ReadLabelJournal(0, 10));
        Execute("rows", TakeRows());
        var stored = One();
        Assert.Equal(RetryOutcome.Written, Rows.Retry(stored));
        Assert.Equal(RetryOutcome.Gone, Rows.Retry(stored));

        var july = July.ToUnixTimeMilliseconds();
        Assert.Equal(
            [
                $"0|a|card|terminal|1234|EUR|{july}|online|0.25|0||payments|1|40|{july}|1|0",
                $"0|b|poison|terminal|1234|EUR|{july}|online|0.75|2|[\"why\"]|payments|1|41|{july}|1|1",
            ],
            Read("rows", AllColumns));
        Assert.Equal(parked.Features, Store.History.Read(0, long.MaxValue, 0, long.MaxValue).Single(static row => row.TransactionId == "b").Features);
        Assert.Equal("poison", Assert.Single(Store.ReadLabelJournal(0, 10)).Change.Label.CardId.ToString());
        Assert.Empty(Parked());
        Assert.Empty(Read("rows", "SELECT transaction_id FROM repeated_payments"));
    }

    /// <summary>Histories have counted it twice, though there is no row yet: the first keeps its place.</summary>
    [Fact]
    public void Write_RepeatOfAParkedPayment_IsNotedAndTheFirstGetsTheRow()
    {
        var feed = Committed([[Paid("a", card: "poison", score: 0.125f)], [Paid("b"), Paid("a", score: 0.75f)], [Paid("a", card: "poison")]]);
        Execute("rows", RefuseRows(Poison));
        ReadAll(feed);

        Assert.Equal(["0|1|0|a|1"], Parked());
        Assert.Equal([new(2, 1), new JournalPlace(3, 0)], Store.Rows.ReadRepeats(0).Open);
        Execute("rows", TakeRows());

        Assert.Equal(RetryOutcome.Written, Rows.Retry(One()));
        Assert.Equal(["a|0.125", "b|0.25"], Read("rows", "SELECT transaction_id, fraud_score FROM transactions ORDER BY transaction_id"));
        Assert.Equal(2, Store.Rows.ReadRepeats(0).Open.Count);
    }

    /// <summary>The database would refuse its row, which is not wanted at all.</summary>
    [Fact]
    public void WriteApart_RefusedIsARepeat_IsNotedAndNotParked()
    {
        Write(Page(0, 1, Paid("a", card: "poison")));
        Execute("rows", RefuseRows(Poison));

        Rows.WriteApart(Page(0, 2, Paid("a", card: "poison"), Paid("b", card: "poison")));

        Assert.Equal(["0|2|1|b|1"], Parked());
        Assert.Equal([new JournalPlace(2, 0)], Store.Rows.ReadRepeats(0).Open);
    }

    /// <summary>As after a restore of older positions.</summary>
    [Fact]
    public void Write_ParkedPlaceAgain_IsNoRepeatAndStaysParked()
    {
        Write();
        Execute("rows", RefuseRows(Poison));
        Rows.Take(0, 1);
        var page = Page(0, 1, Paid("a"), Paid("b", card: "poison"));
        Rows.WriteApart(page);
        Execute("rows", "UPDATE reader_positions SET position = 0; " + TakeRows());

        Rows.Write([page]);

        Assert.Equal((1, 0), Counts());
        Assert.Equal(["0|1|1|b|1"], Parked());
        Assert.Equal(RetryOutcome.Written, Rows.Retry(One()));
        Assert.Equal((2, 0), Counts());
    }

    [Fact]
    public void Retry_IdHasARowOfAnotherPlace_StaysParked()
    {
        Write();
        Execute("rows", RefuseRows(Poison));
        Rows.Take(0, 1);
        Rows.WriteApart(Page(0, 1, Paid("a", card: "poison")));
        var parked = One();
        // So that the other is not known for a repeat, as when two nodes write at the same moment.
        Execute("rows", TakeRows() + "; UPDATE refused_rows SET transaction_id = NULL");
        Rows.Write([Page(0, 2, Paid("a", score: 0.75f))]);

        Assert.Equal(RetryOutcome.IdIsTaken, Rows.Retry(parked));

        Assert.Equal((1, 0), Counts());
        Assert.Single(Parked());
    }

    /// <summary>The version before, of which nothing but the table is missing: what alerts have stays as it is.</summary>
    [Fact]
    public void Open_TablesOfTheVersionBefore_GetsTheTableAndChangesNothingElse()
    {
        // Rows that are ahead of the journal would be taken back at the opening.
        Committed([[Paid("a")], [Paid("b")]]);
        Write(Page(0, 1, Paid("a")));
        Store.Positions.Take("alerts", 0, 1);
        Store.Positions.Raise("alerts", [new ReaderPosition(0, 1, 1)]);
        Write(Page(0, 2, Paid("b")));
        Execute("rows", WithoutRefusedRows());
        _rows.Value.Dispose();
        Store.Dispose();

        using var upgraded = Open(OpenDatabase("rows"));

        Assert.Equal(0, new RefusedRowQueries(upgraded.Database).Count());
        Assert.Equal(1, upgraded.Positions.Read("alerts")[0]);
        Assert.Equal(2, upgraded.Rows.ReadPositions()[0]);
        Assert.Equal((2, 0), Counts());
    }

    protected abstract string WithoutRefusedRows();

    private RefusedRow One() => Assert.Single(new RefusedRowQueries(Store.Database).List(null, 10));

    private IReadOnlyList<string> Parked() =>
        Read("rows", "SELECT shard, sequence, ordinal, transaction_id, attempts FROM refused_rows ORDER BY shard, sequence, ordinal");

    /// <summary>Commits a page each to shard 0, without their rows.</summary>
    private ResultsFeed Committed(IEnumerable<IEnumerable<Payment>> pages)
    {
        var owned = Store.OwnAll(1, "node");
        var feed = new ResultsFeed(new CommittedPages(4), new ReaderLag(1, TimeProvider.System), MaxBehind: 1_000_000);
        foreach (var page in pages)
        {
            IReadOnlyList<MicroBatch> batches = [FromHttp([.. page])];
            var commits = owned.Next(batches);
            Assert.Empty(Store.Commit(batches, commits));
            owned.Move(commits);
            feed.Lag.Committed(0, 1, commits[0].Sequence, batches[0].Count);
        }

        return feed;
    }

    private ResultsReader ReadAll(ResultsFeed feed)
    {
        using var reader = Reader(Store, feed);
        while (reader.Step(CancellationToken.None))
        {
            // Until there is nothing left.
        }

        return reader;
    }

    private static ResultsReader Reader(IFraudStore store, ResultsFeed feed)
    {
        var directory = new ShardDirectory(1);
        directory.SetOpen(0, 1);
        var options = new ReadModelOptions { RetryMin = TimeSpan.FromMilliseconds(1), RetryMax = TimeSpan.FromMilliseconds(1) };
        return new ResultsReader(store, directory, feed, options, TimeProvider.System, NullLogger<ResultsReader>.Instance);
    }

    /// <summary>Every seventh write finds the store away: in between a single page can be found.</summary>
    private sealed class AwayByTurns(IFraudStore store) : DelegatingStore(store)
    {
        private readonly IFraudStore _store = store;
        private int _calls;

        public int Failures { get; private set; }

        public override IRowStore Rows => new RowStore(_store.Rows, this);

        private void Call()
        {
            if (++_calls % 7 == 0)
            {
                Failures++;
                throw new StoreUnavailableException("away", new IOException());
            }
        }

        private sealed class RowStore(IRowStore rows, AwayByTurns owner) : IRowStore
        {
            public IResultRows Open() => new ResultRows(rows.Open(), owner);

            public IReadOnlyDictionary<int, long> ReadPositions() => rows.ReadPositions();

            public RepeatNotes ReadRepeats(int shard) => rows.ReadRepeats(shard);

            public StoredAnswer? ReadAnswer(in ShortText transactionId) => rows.ReadAnswer(transactionId);
        }

        private sealed class ResultRows(IResultRows rows, AwayByTurns owner) : IResultRows
        {
            public long? Take(int shard, long generation) => rows.Take(shard, generation);

            public RowsWritten Write(IReadOnlyList<FollowedPage> pages)
            {
                owner.Call();
                return rows.Write(pages);
            }

            public RowsWritten WriteApart(FollowedPage page)
            {
                owner.Call();
                return rows.WriteApart(page);
            }

            public RetryOutcome Retry(RefusedRow parked) => rows.Retry(parked);

            public void Dispose() => rows.Dispose();
        }
    }
}
