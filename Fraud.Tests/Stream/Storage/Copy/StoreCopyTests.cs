using Fraud.Model;
using Fraud.Stream.Audit;
using Fraud.Stream.Cases;
using Fraud.Stream.Keys;
using Fraud.Stream.Registry;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Storage.Copy;
using Fraud.Stream.Webhooks;
using Fraud.Tests.Stream.CardNumbers.Scan;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage.Copy;

/// <summary>What a copy of a SQLite store into PostgreSQL promises.</summary>
[Collection(PostgresNodesCollection.Name)]
public sealed class StoreCopyTests(PostgresServer server) : IDisposable
{
    private readonly MovableStore _store = new(server);

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Run_StoreWithSomethingInEachTable_CopiesAllOfThem()
    {
        var report = _store.Copy();

        Assert.All(report.Tables, static table => Assert.True(table.Rows > 0, $"{table.Table} had nothing to copy: give it a row in MovableStore"));
        var tables = report.Tables.Select(static table => table.Table).Concat(CopyPlan.NotCopied).Order(StringComparer.Ordinal);
        Assert.Equal(_store.TargetTables().Order(StringComparer.Ordinal), tables);
        Assert.Equal(4, _store.Number("SELECT count(*) FROM transactions"));
        Assert.Equal(2, _store.Number("SELECT count(*) FROM repeated_payments"));
        // Those of July 2018 are not in the partition for payments from far away, and the one of 1970 is.
        Assert.Equal(1, _store.Number("SELECT count(*) FROM transactions_other"));
    }

    [Fact]
    public void Run_StoreWithSomethingInEachTable_AnswersAsBefore()
    {
        _store.Copy();

        using var before = StoreFactory.Create(_store.From, FilledStore.Topic, TimeProvider.System);
        before.Open();
        using var after = _store.OpenTarget();
        Assert.Equal(before.Count(), after.Count());
        Assert.Equal(Payments(before), Payments(after));
        Assert.Equal(before.Cases.Find(FilledStore.Payment)! with { Reasons = [] }, after.Cases.Find(FilledStore.Payment)! with { Reasons = [] });
        Assert.Equal(before.Cases.Events(FilledStore.Payment, 10), after.Cases.Events(FilledStore.Payment, 10));
        Assert.Equal(new KeyQueries(before.Database).All().Select(static key => (key.Id, Convert.ToHexString(key.Hash))), new KeyQueries(after.Database).All().Select(static key => (key.Id, Convert.ToHexString(key.Hash))));
        Assert.Equal(before.ReadOffsets("fraud_labels"), after.ReadOffsets("fraud_labels"));
        Assert.Equal(before.ReadOffsets(FilledStore.Topic), after.ReadOffsets(FilledStore.Topic));
        Assert.Equal(before.LabelSequence(), after.LabelSequence());
        Assert.Equal(before.Rows.ReadPositions(), after.Rows.ReadPositions());
        Assert.True(new WebhookQueries(after.Database, TimeProvider.System).Knows(FilledStore.Event));
        Assert.Equal([0, 255], new ModelQueries(after.Database).Content("aa"));
        Assert.Equal(ModelStage.Production, Assert.Single(new ModelQueries(after.Database).Versions("m")).Stage);

        static IEnumerable<object> Payments(IFraudStore store) => store.History.Read(0, store.History.Head(), 0, long.MaxValue)
            .OrderBy(static payment => payment.TransactionId, StringComparer.Ordinal)
            .Select(static payment => (object)(payment.TransactionId, payment.AmountMinor, payment.EventTimeMs, payment.IsFraud, string.Join(' ', payment.Features)));
    }

    /// <summary>Rule 1 of docs/decisions/0011: the store moved.</summary>
    [Fact]
    public void Run_ShardsThatWereClaimed_RefusesWhoClaimedThem()
    {
        _store.Copy();

        using var store = _store.OpenTarget();
        Assert.All(store.ReadHeads(), head =>
        {
            var before = _store.Heads.Single(one => one.Shard == head.Shard);
            Assert.Equal((before.Generation + 1_000_000, before.Sequence, before.NextOffset, before.CommitId, ""), (head.Generation, head.Sequence, head.NextOffset, head.CommitId, head.Owner));
            Assert.Equal([head.Shard], store.Commit([new ShardPage(CommitCursor.At(before).Next(nextOffset: null, Guid.NewGuid()), Array.Empty<byte>())]));
        });
        var next = store.OwnAll(FilledStore.Shards);
        Assert.Equal(_store.Heads[0].Generation + 1_000_001, next.GenerationOf(_store.Heads[0].Shard));
    }

    [Fact]
    public void Run_NumberedRows_GoOnBehindAllThatWereGiven()
    {
        _store.Copy();

        using (var store = _store.OpenTarget())
        {
            store.OwnAll(FilledStore.Shards).Commit(FromHttp(Paid("next", decision: Decision.Block)));
            new AuditQueries(store.Database).Append(new AuditEntry(0, 1, "ann", "key created", "k2", "done", ""));
            new KeyQueries(store.Database).Add(new StoredKey("k2", "second", Scopes.Score, [1], 1, null, null), new AuditEntry(0, 1, "ann", "key created", "k2", "done", ""));
        }

        Assert.Equal(901, _store.Number("SELECT position FROM transactions WHERE transaction_id = 'next'"));
        Assert.Equal(72, _store.Number("SELECT nextval(pg_get_serial_sequence('akka_events', 'ordering'))"));
        Assert.Equal(41, _store.Number("SELECT nextval(pg_get_serial_sequence('model_versions', 'position'))"));
        Assert.Equal(42, _store.Number("SELECT nextval(pg_get_serial_sequence('model_stages', 'id'))"));
        Assert.Equal(1, _store.Number("SELECT count(*) FROM audit WHERE action = 'store copied' AND actor = 'fraud store copy'"));
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "transactions", "UPDATE transactions SET amount_minor = amount_minor + 1 WHERE transaction_id = 'bare'" },
        { "transactions", "UPDATE transactions SET features[33] = 0 WHERE transaction_id = 'plain'" },
        { "transaction_ids", "DELETE FROM transaction_ids WHERE transaction_id = 'plain'" },
        { "case_labels", "UPDATE case_labels SET was_fraud = false WHERE was_fraud IS NULL" },
        { "journal", "UPDATE journal SET payload = set_byte(payload, 5, get_byte(payload, 5) # 1)" },
        { "webhook_events", "INSERT INTO webhook_events VALUES ('late', 1)" },
        { "model_files", "DELETE FROM model_files WHERE sha256 = 'bb'" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Run_RowChangedBeforeItIsReadBack_NamesTheTableAndIsNotUsable(string table, string change)
    {
        var isChanged = false;

        var refused = Assert.Throws<StoreCopyException>(() => _store.Copy(at =>
        {
            if (at.Step == CopyStep.Verify && !isChanged)
            {
                isChanged = true;
                _store.Execute(change);
            }
        }));

        Assert.StartsWith($"{table}: expected ", refused.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(_store.OpenTarget);
    }

    [Fact]
    public void Run_EndedInTheMiddle_IsRefusedUntilItIsEmptied()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => _store.Copy(
            at =>
            {
                if (at.Table == "transactions")
                {
                    stop.Cancel();
                }
            },
            stop.Token));

        Assert.Contains("its copy was not finished", Assert.Throws<InvalidOperationException>(_store.OpenTarget).Message, StringComparison.Ordinal);
        var again = Assert.Throws<StoreCopyException>(() => _store.Copy()).Message;
        Assert.Contains("a copy left that was not finished", again, StringComparison.Ordinal);

        // As it says there.
        _store.Execute(again.Split('(')[1].Split(')')[0]);
        Assert.NotEmpty(_store.Copy().Tables);
        _store.OpenTarget().Dispose();
    }

    [Fact]
    public void Run_NodeComesWhileItCopies_IsNotUsable()
    {
        var refused = Assert.Throws<StoreCopyException>(() => _store.Copy(at =>
        {
            if (at is { Step: CopyStep.Verify, Table: "transactions" })
            {
                _store.Execute(Node);
            }
        }));

        Assert.StartsWith("expected a database that no service uses, and cluster_nodes has rows", refused.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(_store.OpenTarget);
    }

    public static TheoryData<string, string> Occupied => new()
    {
        { "CREATE TABLE customers (id integer)", "expected an empty database, and it has the table customers" },
        { "init; INSERT INTO webhook_events VALUES ('a', 1)", "expected an empty database, and webhook_events has rows" },
        {
            "init; UPDATE schema_version SET version = 1",
            $"expected an empty database, or tables of version {PostgresSchema.Version} without rows, and they are of version 1"
        },
        { "init; " + Node, "expected a database that no service uses, and node n has a heartbeat of the last 5 s; stop all services first" },
    };

    [Theory]
    [MemberData(nameof(Occupied))]
    public void Run_DatabaseThatIsNotEmpty_IsRefusedAndStaysAsItIs(string sql, string message)
    {
        if (sql.StartsWith("init; ", StringComparison.Ordinal))
        {
            _store.OpenTarget().Dispose();
            sql = sql["init; ".Length..];
        }

        _store.Execute(sql);

        Assert.Equal(message, Assert.Throws<StoreCopyException>(() => _store.Copy()).Message);
        Assert.Equal(message, Assert.Throws<StoreCopyException>(() => StoreCopy.Count(_store.From, _store.To, default)).Message);
    }

    [Fact]
    public void Run_DatabaseWithTablesAndNoRows_IsFilled()
    {
        _store.OpenTarget().Dispose();

        Assert.NotEmpty(_store.Copy().Tables);
    }

    [Fact]
    public void Run_ServiceOrCommandHasTheSource_IsRefused()
    {
        using (var held = new SqliteFileLock(_store.From))
        {
            held.Take();
            Assert.EndsWith("expected a store that no service uses; stop it first", Assert.Throws<StoreCopyException>(() => _store.Copy()).Message, StringComparison.Ordinal);
        }

        using var store = StoreFactory.Create(_store.From, FilledStore.Topic, TimeProvider.System);
        store.Open();
        Assert.Contains("expected a file that no other process has", Assert.Throws<StoreCopyException>(() => _store.Copy()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SourceOfAnotherVersion_SaysWhatToDo()
    {
        _store.Change(_store.From.SqliteFile, "PRAGMA user_version = 1");
        Assert.EndsWith(
            $"expected version {SqliteSchema.Version} of the tables, found 1; start the service of this program once, stop it, and copy again",
            Assert.Throws<StoreCopyException>(() => _store.Copy()).Message, StringComparison.Ordinal);

        _store.Change(_store.From.SqliteFile, "PRAGMA user_version = 1000");
        Assert.EndsWith("found 1000; use the program that made them", Assert.Throws<StoreCopyException>(() => _store.Copy()).Message, StringComparison.Ordinal);
        Assert.Equal(0, _store.Number("SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"));
    }

    /// <summary>As a power cut leaves it (rule 29 of docs/decisions/0011).</summary>
    [Fact]
    public void Run_RowsAheadOfTheJournal_IsRefused()
    {
        _store.Change(_store.From.SqliteFile, "UPDATE reader_positions SET position = position + 1");

        Assert.Contains("Start the service once, stop it, and copy again", Assert.Throws<StoreCopyException>(() => _store.Copy()).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Unfit => new()
    {
        { "shadow_scores.score", "UPDATE shadow_scores SET score = 0.1" },
        { "transactions.shard", "UPDATE transactions SET shard = 2147483648 WHERE transaction_id = 'bare'" },
        { "transactions.card_id", "UPDATE transactions SET card_id = x'ff' WHERE transaction_id = 'bare'" },
        { "transactions.features", "UPDATE transactions SET features = x'000000' WHERE transaction_id = 'bare'" },
        { "labels.is_fraud", "UPDATE labels SET is_fraud = 2" },
        { "webhook_events.received_at", "UPDATE webhook_events SET received_at = 'then'" },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public void Run_ValueThatWouldChange_NamesTheColumn(string column, string change)
    {
        _store.Change(_store.From.SqliteFile, change);

        Assert.StartsWith($"{column}: expected a value", Assert.Throws<StoreCopyException>(() => _store.Copy()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TextThatPostgresDoesNotTake_NamesTheTable()
    {
        _store.Change(_store.From.SqliteFile, "UPDATE cases SET note = 'a' || char(0) || '4111111111111111'");

        var message = Assert.Throws<StoreCopyException>(() => _store.Copy()).Message;
        Assert.StartsWith("cases: expected rows that PostgreSQL takes", message, StringComparison.Ordinal);
        Assert.DoesNotContain("4111", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Count_BothStoresAsNeeded_CountsAndChangesNothing()
    {
        var counted = StoreCopy.Count(_store.From, _store.To, default);

        Assert.Equal(0, _store.Number("SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"));
        var copied = _store.Copy().Tables.ToDictionary(static table => table.Table, static table => table.Rows, StringComparer.Ordinal);
        // PostgreSQL has one more, with the ids of payments.
        Assert.Equal(copied.Count - 1, counted.Tables.Count);
        Assert.All(counted.Tables, table => Assert.Equal(copied[table.Table], table.Rows));
    }

    private const string Node =
        """
        INSERT INTO cluster_nodes (incarnation, name, host, port, uid, http_address, started_at, watched_at, heartbeat_at)
        VALUES ('n-1', 'n', 'h', 1, 1, '', clock_timestamp(), clock_timestamp(), clock_timestamp()) ON CONFLICT DO NOTHING
        """;
}
