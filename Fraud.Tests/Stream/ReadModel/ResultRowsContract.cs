using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Stream.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.ReadModel;

/// <summary>What rows made from pages promise, in each database.</summary>
public abstract partial class ResultRowsContract : IDisposable
{
    protected const string Topic = "transactions";

    private const string AllColumns = """
        SELECT shard, transaction_id, card_id, terminal_id, amount_minor, currency, event_time, source, fraud_score, decision, reasons, model,
               model_version, kafka_offset, scored_at, sequence, ordinal FROM transactions ORDER BY shard, position
        """;

    private readonly Lazy<IResultRows> _rows;
    private readonly Lazy<IFraudStore> _store;

    protected ResultRowsContract()
    {
        _store = new Lazy<IFraudStore>(() => Open(OpenDatabase("rows")));
        _rows = new Lazy<IResultRows>(() => Store.Rows.Open());
    }

    private IFraudStore Store => _store.Value;

    private IResultRows Rows => _rows.Value;

    public virtual void Dispose()
    {
        if (_rows.IsValueCreated)
        {
            _rows.Value.Dispose();
        }

        if (_store.IsValueCreated)
        {
            _store.Value.Dispose();
        }
    }

    /// <summary>A store on the database of that name, not opened. Pages keep all features.</summary>
    protected abstract IFraudStore OpenDatabase(string name);

    /// <summary>Rows of an answer as text, a line each.</summary>
    protected abstract IReadOnlyList<string> Read(string name, string sql);

    protected abstract void Execute(string name, string sql);

    protected abstract string BreakInserts(string table);

    protected abstract string RepairInserts(string table);

    /// <summary>A trigger that refuses rows of which this holds, and quotes what they hold; <see cref="TakeRows"/> takes it away.</summary>
    /// <param name="condition">About <c>new</c>.</param>
    protected abstract string RefuseRows(string condition);

    protected abstract string TakeRows();

    [Fact]
    public void Write_Pages_GivesRowsWithAllThatPagesHave()
    {
        Write(
            Page(1, 1, Paid("h1", card: "other", terminal: "", shard: 1, decision: Decision.Review), Paid("h2", shard: 1, model: "another")),
            Page(3, 1, Paid("k0", offset: 40, score: 0.5f, decision: Decision.Block, reasons: ["it's \"why\"", "é"], shard: 3), Paid("k1", offset: 41, at: July.AddMonths(-3), shard: 3)),
            Page(3, 2, Paid("k2", offset: 42, shard: 3), Undecodable(3, 43)));

        var july = July.ToUnixTimeMilliseconds();
        Assert.Equal(
            [
                $"1|h1|other||1234|EUR|{july}|online|0.25|1||payments|1||{july}|1|0",
                $"1|h2|card|terminal|1234|EUR|{july}|online|0.25|0||another|1||{july}|1|1",
                $"3|k0|card|terminal|1234|EUR|{july}|online|0.5|2|[\"it's \\\"why\\\"\",\"é\"]|payments|1|40|{july}|1|0",
                $"3|k1|card|terminal|1234|EUR|{July.AddMonths(-3).ToUnixTimeMilliseconds()}|online|0.25|0||payments|1|41|{july}|1|1",
                $"3|k2|card|terminal|1234|EUR|{july}|online|0.25|0||payments|1|42|{july}|2|0",
            ],
            Read("rows", AllColumns).Select(static row => row.Replace("\\u0027", "'", StringComparison.Ordinal).Replace("\\u0022", "\\\"", StringComparison.Ordinal).Replace("\\u00E9", "é", StringComparison.Ordinal)));
        Assert.Equal(new StoredAnswer(0.5f, Decision.Block, ["it's \"why\"", "é"], new ScoredBy("payments", "1", 0.5f, 0.9f)) with { Reasons = [] }, Store.Rows.ReadAnswer(ShortText.From("k0"))! with { Reasons = [] });
        Assert.Equal(["it's \"why\"", "é"], Store.Rows.ReadAnswer(ShortText.From("k0"))!.Reasons);
        Assert.Null(Store.Rows.ReadAnswer(ShortText.From("k9")));
        Assert.Equal(Paid("k0").Features, Store.History.Read(0, long.MaxValue, 0, long.MaxValue).Single(static row => row.TransactionId == "k0").Features);
    }

    /// <summary>What is noted is open until a page takes it back, also in the transaction that notes it.</summary>
    [Fact]
    public void ReadRepeats_SomeAreTakenBack_GivesTheOthersAndThePosition()
    {
        Write(Page(0, 1, Paid("a"), Paid("b")), Page(0, 2, Paid("a"), Paid("b"), Paid("a")), Page(1, 1, Paid("a", shard: 1)));
        Assert.Equal(2, Store.Rows.ReadRepeats(0).Position);
        Assert.Equal([new(2, 0), new(2, 1), new JournalPlace(2, 2)], Store.Rows.ReadRepeats(0).Open);

        Write(Page(0, 3, Paid("b")), TakingBack(0, 4, new JournalPlace(2, 1), new JournalPlace(3, 0)));

        Assert.Equal(4, Store.Rows.ReadRepeats(0).Position);
        Assert.Equal([new(2, 0), new JournalPlace(2, 2)], Store.Rows.ReadRepeats(0).Open);
        Assert.Equal([new JournalPlace(1, 0)], Store.Rows.ReadRepeats(1).Open);
        Assert.Equal((0L, 0), (Store.Rows.ReadRepeats(9).Position, Store.Rows.ReadRepeats(9).Open.Count));
        Assert.Equal(["4", "4"], Read("rows", "SELECT retracted FROM repeated_payments WHERE retracted IS NOT NULL"));
    }

    [Fact]
    public void Write_LabelThatWaited_BecomesAChangeInTheSameTransaction()
    {
        Store.CommitLabels("labels", 0, 1, [Waiting("a"), Waiting("never")]);
        Assert.Empty(Store.ReadLabelJournal(0, 10));

        Write(Page(2, 1, Paid("a", card: "its card", terminal: "its terminal")));

        var change = Assert.Single(Store.ReadLabelJournal(0, 10)).Change;
        Assert.Equal(("a", "its card", "its terminal", 1), (change.Label.TransactionId.ToString(), change.Label.CardId.ToString(), change.Label.TerminalId.ToString(), change.FraudDelta));
        Assert.Equal(["never"], Read("rows", "SELECT transaction_id FROM waiting_labels"));
    }

    [Fact]
    public void Write_IdThatIsStored_KeepsTheFirstRowAndNotesThePlaceOfTheOther()
    {
        Write(Page(0, 1, Paid("a", score: 0.125f), Paid("b")));

        var written = Write(Page(0, 2, Paid("c"), Paid("a", score: 0.75f, decision: Decision.Block)), Page(1, 1, Paid("b", shard: 1)));

        Assert.Equal((1, 2), (written.Payments, written.Repeats));
        Assert.Equal(["a|0.125", "b|0.25", "c|0.25"], Read("rows", "SELECT transaction_id, fraud_score FROM transactions ORDER BY transaction_id"));
        Assert.Equal(["0|2|1|a", "1|1|0|b"], Read("rows", "SELECT shard, sequence, ordinal, transaction_id FROM repeated_payments ORDER BY shard"));
    }

    [Fact]
    public void Write_IdTwiceInOnePage_IsARepeatOfItself()
    {
        var written = Write(Page(0, 1, Paid("a"), Paid("a")));

        Assert.Equal((1, 1), (written.Payments, written.Repeats));
        Assert.Equal(["0|1|1|a"], Read("rows", "SELECT shard, sequence, ordinal, transaction_id FROM repeated_payments"));
    }

    [Fact]
    public void Write_PageThatIsWritten_WritesNothing()
    {
        var page = Page(0, 1, Paid("a"));
        Write(page);

        Assert.Equal([0], Write(page).Lost);

        Assert.Equal((1, 0), Counts());
    }

    /// <summary>As after a restore of rows that are older than their position, or the other way round.</summary>
    [Fact]
    public void Write_SamePlaceAgain_IsNoRepeat()
    {
        var page = Page(0, 1, Paid("a", decision: Decision.Review), Paid("b"));
        Write(page);
        Execute("rows", "UPDATE reader_positions SET position = 0");

        var written = Write(page);

        Assert.Empty(written.Lost);
        Assert.Equal((2, 0), Counts());
    }

    [Fact]
    public void Write_UnderAClaimThatIsOver_WritesTheOthersShardsOnly()
    {
        Assert.Equal(0, Rows.Take(0, 5));
        Assert.Equal(0, Rows.Take(1, 1));
        Assert.Null(Rows.Take(0, 4));

        var written = Rows.Write([Page(0, 1, Paid("a")) with { Generation = 4 }, Page(1, 1, Paid("b", shard: 1))]);

        Assert.Equal([0], written.Lost);
        Assert.Equal(["b"], Read("rows", "SELECT transaction_id FROM transactions"));
        Assert.Equal([KeyValuePair.Create(0, 0L), KeyValuePair.Create(1, 1L)], Store.Rows.ReadPositions().OrderBy(static each => each.Key));
    }

    [Fact]
    public void Take_ByTheNextClaim_GoesOnWhereTheOneBeforeWas()
    {
        Write(Page(0, 1, Paid("a")), Page(0, 2, Paid("b")));

        Assert.Equal(2, Rows.Take(0, 2));
        Assert.Equal(2, Rows.Take(0, 2));
        Assert.Equal([0], Rows.Write([Page(0, 3, Paid("c"))]).Lost);
        Assert.Empty(Rows.Write([Page(0, 3, Paid("c")) with { Generation = 2 }]).Lost);
        Assert.Equal((3, 0), Counts());
    }

    [Fact]
    public void Write_PageThatDoesNotFollow_IsRefusedOrLost()
    {
        Assert.Throws<ArgumentException>(() => Write(Page(0, 1, Paid("a")), Page(0, 3, Paid("c"))));
        Assert.Equal([0], Write(Page(0, 2, Paid("b"))).Lost);

        Assert.Equal((0, 0), Counts());
    }

    [Fact]
    public void Write_NoteFails_LeavesNothingAndSucceedsWhenRepeated()
    {
        var pages = new[] { Page(0, 1, Paid("a")), Page(0, 2, Paid("b"), Paid("a")), Page(1, 1, Paid("c", shard: 1)) };
        Write();
        Execute("rows", BreakInserts("repeated_payments"));

        Assert.ThrowsAny<Exception>(() => Write(pages));
        Assert.Equal((0, 0), Counts());
        Execute("rows", RepairInserts("repeated_payments"));

        Assert.Equal(3, Write(pages).Payments);
        Assert.Equal((3, 1), Counts());
    }

    [Fact]
    public void Write_FeaturesThatWereNotKept_AreEmpty()
    {
        var writer = new PageWriter();
        writer.Begin(0);
        writer.Add(Paid("a"), keepsFeatures: false);

        Write(new FollowedPage(0, 1, 1, writer.End(null).ToArray()));

        Assert.Empty(Assert.Single(Store.History.Read(0, long.MaxValue, 0, long.MaxValue)).Features);
    }

    [Fact]
    public void Open_TablesWithoutPlaces_KeepsTheRowsAndTheirRepeatsAreFound()
    {
        Store.OwnAll(2, "node").Commit(FromHttp(Paid("a")));
        Execute("rows", WithoutPlaces());
        Store.Dispose();
        using var upgraded = Open(OpenDatabase("rows"));

        using var rows = upgraded.Rows.Open();
        // What was committed then has its rows.
        Assert.Equal(1, rows.Take(0, 2));
        Assert.Equal((1, 1), rows.Write([Page(0, 2, Paid("b"), Paid("a")) with { Generation = 2 }]) is var written ? (written.Payments, written.Repeats) : default);

        Assert.Equal(["a", "b"], Read("rows", "SELECT transaction_id FROM transactions ORDER BY transaction_id"));
        Assert.Equal(["0|2|1|a"], Read("rows", "SELECT shard, sequence, ordinal, transaction_id FROM repeated_payments"));
    }

    /// <summary>SQL that turns the tables into those of the version before rows had places.</summary>
    protected abstract string WithoutPlaces();

    private static IFraudStore Open(IFraudStore store)
    {
        store.Open();
        return store;
    }

    private RowsWritten Write(params FollowedPage[] pages)
    {
        foreach (var shard in pages.Select(static page => page.Shard).Distinct())
        {
            Assert.NotNull(Rows.Take(shard, 1));
        }

        return Rows.Write(pages);
    }

    private (int Rows, int Repeats) Counts() =>
        (Read("rows", "SELECT transaction_id FROM transactions").Count, Read("rows", "SELECT transaction_id FROM repeated_payments").Count);

    private static Label Waiting(string id) => new(ShortText.From(id), default, default, 0, IsFraud: true);

    private static FollowedPage TakingBack(int shard, long sequence, params JournalPlace[] places)
    {
        var writer = new PageWriter();
        writer.Begin(July.ToUnixTimeMilliseconds());
        foreach (var place in places)
        {
            writer.Retract(place.Sequence, place.Ordinal, new JournalEntry(ShortText.From("any"), ShortText.From("card"), default, 1, 1));
        }

        return new FollowedPage(shard, 1, sequence, writer.End(null).ToArray());
    }

    private static FollowedPage Page(int shard, long sequence, params Payment[] payments)
    {
        var writer = new PageWriter();
        writer.Begin(July.ToUnixTimeMilliseconds());
        foreach (var payment in payments)
        {
            if (payment.DeadLetter is { } letter)
            {
                writer.Add(new PageDeadLetter(payment.KafkaOffset, payment.ArrivedAtMs, letter));
            }
            else
            {
                writer.Add(payment, keepsFeatures: true);
            }
        }

        return new FollowedPage(shard, 1, sequence, writer.End(null).ToArray());
    }
}
