using Fraud.Model;
using Fraud.Model.History;
using Fraud.Stream.Cluster;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;
using SqliteConnection = Fraud.Stream.Storage.SqliteConnection;

namespace Fraud.Tests.Stream.State;

/// <summary>What a page takes back counts no more: for cards that are recovered, and for terminals wherever they are followed.</summary>
public sealed class RetractionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rebuild_PageThatTakesAPaymentBack_GivesTheFeaturesWithoutIt()
    {
        var expected = Next("without", again: false);

        Assert.NotEqual(Next("counted", again: true, takesBack: false), expected);
        Assert.Equal(expected, Next("taken", again: true, takesBack: true));
    }

    // The features of a payment behind a recovery.
    private float[] Next(string name, bool again, bool takesBack = false)
    {
        var options = new StorageOptions { SqliteFile = _folder.File(name + ".db") };
        using var store = new SqliteStore(options, Topics.Transactions, TimeProvider.System);
        store.Open();
        var repeat = Paid("p3", card: "card", terminal: "till", at: July.AddMinutes(2));
        using (var node = Node(store, "first").Start(0))
        {
            node.Pay(Paid("p1", card: "card", terminal: "till", at: July), Paid("p2", card: "card", terminal: "till", at: July.AddMinutes(1)));
            if (again)
            {
                node.Pay(repeat);
            }
        }

        if (takesBack)
        {
            var paid = repeat.Transaction;
            Append(options, store.ReadHeads()[0].Sequence + 1, new JournalEntry(paid.Id, paid.CardId, paid.TerminalId, paid.AmountMinor, paid.EventTimeMs));
        }

        using var next = Node(store, "next").Start(0);
        return next.Pay(Paid("p4", card: "card", terminal: "till", at: July.AddDays(10)))[0];
    }

    private static void Append(StorageOptions options, long sequence, JournalEntry taken)
    {
        var writer = new PageWriter();
        writer.Begin(July.ToUnixTimeMilliseconds());
        writer.Retract(sequence - 1, 0, taken);
        using var connection = new SqliteConnection(options.ForFile(options.JournalFile));
        connection.Prepare("INSERT INTO journal (shard, sequence, payload, stored_at) VALUES (0, ?1, ?2, 0)")
            .Integer(1, sequence).Blob(2, writer.End(null)).Run();
        connection.Prepare("UPDATE shards SET sequence = ?1 WHERE shard = 0").Integer(1, sequence).Run();
    }

    private static HistoryNode Node(IFraudStore store, string name) => new(store, 1, name, new ProfileOptions(), new ClusterOptions());
}
