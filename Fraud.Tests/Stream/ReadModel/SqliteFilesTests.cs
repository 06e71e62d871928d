using Fraud.Model;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using static Fraud.Tests.Stream.Storage.StoredPayments;
using SqliteConnection = Fraud.Stream.Storage.SqliteConnection;

namespace Fraud.Tests.Stream.ReadModel;

/// <summary>No transaction spans two files: what one has lost, the other lets go of (rule 29 of docs/decisions/0011).</summary>
public sealed class SqliteFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private StorageOptions Options => new() { SqliteFile = _folder.File("fraud.db") };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_JournalLostItsLastPages_RowsOfThemGoAndComeAgainWithWhatIsThereThen()
    {
        using (var store = Open())
        {
            var owned = store.OwnAll(2, "before");
            owned.Commit(FromHttp(Paid("a"), Paid("other", shard: 1)));
            owned.Commit(FromHttp(Paid("b"), Paid("a")));
            owned.Commit(FromHttp(Paid("c"), Paid("b")));
            Assert.Equal([new JournalPlace(2, 1), new JournalPlace(3, 1)], store.Rows.ReadRepeats(0).Open);
            store.Positions.Take("alerts", 0, 1);
            store.Positions.Take("alerts", 1, 1);
            store.Positions.Raise("alerts", [new ReaderPosition(0, 1, 3), new ReaderPosition(1, 1, 1)]);
        }

        // As after a power cut: what was written last is not there.
        OnJournal("DELETE FROM journal WHERE shard = 0 AND sequence = 3; UPDATE shards SET sequence = 2 WHERE shard = 0");
        using var restored = Open();

        Assert.Equal([KeyValuePair.Create(0, 2L), KeyValuePair.Create(1, 1L)], restored.Rows.ReadPositions().OrderBy(static each => each.Key));
        Assert.Equal(["a", "b", "other"], Rows(restored));
        // What comes as the third page has alerts of its own.
        Assert.Equal([KeyValuePair.Create(0, 2L), KeyValuePair.Create(1, 1L)], restored.Positions.Read("alerts").OrderBy(static each => each.Key));
        Assert.Equal([new JournalPlace(2, 1)], restored.Rows.ReadRepeats(0).Open);
        restored.OwnAll(2, "after").Commit(FromHttp(Paid("d")));
        Assert.Equal(["a", "b", "d", "other"], Rows(restored));
    }

    [Fact]
    public void Open_JournalLostARetraction_TheNoteIsOpenAgain()
    {
        using (var store = Open())
        {
            var owned = store.OwnAll(1, "before");
            owned.Commit(FromHttp(Paid("a"), Paid("a")));
            var writer = new PageWriter();
            writer.Begin(0);
            writer.Retract(1, 1, default(JournalEntry) with { TransactionId = ShortText.From("a"), CardId = ShortText.From("card") });
            var page = new Fraud.Stream.Shards.ShardPage(owned.Next(FromHttp(Paid("any")))[0], writer.End(null).ToArray());
            Assert.Empty(store.Commit([page]));
            store.WriteRows([page]);
            Assert.Empty(store.Rows.ReadRepeats(0).Open);
        }

        OnJournal("DELETE FROM journal WHERE sequence = 2; UPDATE shards SET sequence = 1");
        using var restored = Open();

        Assert.Equal([new JournalPlace(1, 1)], restored.Rows.ReadRepeats(0).Open);
    }

    [Fact]
    public void Open_JournalIsMissing_IsRefusedAndTheRowsStay()
    {
        using (var store = Open())
        {
            store.OwnAll(1, "before").Commit(FromHttp(Paid("a")));
        }

        File.Move(Options.JournalFile, Options.JournalFile + ".away");
        using (var without = new SqliteStore(Options, "transactions", TimeProvider.System))
        {
            Assert.Contains("fraud-journal.db: expected the journal of", Assert.Throws<InvalidOperationException>(without.Open).Message, StringComparison.Ordinal);
        }

        File.Move(Options.JournalFile + ".away", Options.JournalFile, overwrite: true);
        using var again = Open();
        Assert.Equal(["a"], Rows(again));
    }

    /// <summary>The journal was moved, and the process died before it had left the old file: it is moved again.</summary>
    [Fact]
    public void Open_EndedWhileTheJournalMoved_MovesItAgain()
    {
        using (var store = Open())
        {
            store.OwnAll(1, "before").Commit(FromKafka(0, Paid("a", offset: 4)));
        }

        using (var connection = new SqliteConnection(Options))
        {
            connection.Execute(EarlierTables.InOneFile(Options.JournalFile));
        }

        OnJournal("INSERT INTO shards (shard, generation, owner, address, claimed_at) VALUES (0, 9, '', '', 0)");
        using var moved = Open();

        Assert.Equal((1L, 1L, 5L), moved.ReadHeads() is [var head] ? (head.Generation, head.Sequence, head.NextOffset!.Value) : default);
        Assert.Equal(["a"], moved.StoredIds());
        Assert.Equal(5, moved.ReadOffsets("transactions")[0]);
        Assert.Equal((1, 1), (moved.Rows.ReadPositions()[0], moved.Positions.Read("alerts")[0]));
    }

    private static IEnumerable<string> Rows(IFraudStore store) =>
        store.History.Read(0, long.MaxValue, 0, long.MaxValue).Select(static row => row.TransactionId).Order(StringComparer.Ordinal);

    private SqliteStore Open()
    {
        var store = new SqliteStore(Options, "transactions", new FakeTimeProvider(July));
        store.Open();
        return store;
    }

    private void OnJournal(string sql)
    {
        using var connection = new SqliteConnection(Options.ForFile(Options.JournalFile));
        connection.Execute(sql);
    }
}
