using System.Globalization;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Fraud.Tests.Stream.ReadModel;

[Collection(PostgresCollection.Name)]
public sealed class PostgresResultRowsTests(PostgresServer server) : ResultRowsContract
{
    private readonly Dictionary<string, string> _databases = [];

    protected override IFraudStore OpenDatabase(string name) => StoreFactory.Create(
        new StorageOptions { Kind = StoreKind.Postgres, Postgres = Database(name), FeatureSample = 1 }, Topic, new FakeTimeProvider(StoredPayments.July));

    protected override IReadOnlyList<string> Read(string name, string sql)
    {
        using var connection = Connect(name);
        using var command = new NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) switch
            {
                byte[] bytes => Convert.ToHexString(bytes),
                float[] numbers => string.Join(' ', numbers),
                var value => Convert.ToString(value, CultureInfo.InvariantCulture),
            })));
        }

        return rows;
    }

    protected override void Execute(string name, string sql)
    {
        using var connection = Connect(name);
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    protected override string BreakInserts(string table) =>
        $"""
         CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken by the test'; END $$;
         CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION broken()
         """;

    protected override string RefuseRows(string condition) =>
        $"""
         CREATE FUNCTION refuse_rows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN RAISE 'secret of %', new.card_id; END IF; RETURN new; END $$;
         CREATE TRIGGER refuse_rows BEFORE INSERT ON transactions FOR EACH ROW EXECUTE FUNCTION refuse_rows()
         """;

    protected override string TakeRows() => "DROP TRIGGER refuse_rows ON transactions; DROP FUNCTION refuse_rows()";

    protected override string RepairInserts(string table) => $"DROP TRIGGER broken ON {table}; DROP FUNCTION broken()";

    protected override string WithoutPlaces() => EarlierTables.PostgresOutbox + EarlierTables.OffsetsApart +
        "ALTER TABLE transactions DROP COLUMN sequence, DROP COLUMN ordinal; DROP TABLE reader_positions; DROP TABLE repeated_payments; UPDATE schema_version SET version = 8";

    protected override string WithoutRefusedRows() => "DROP TABLE refused_rows; UPDATE schema_version SET version = 11";

    private string Database(string name) => _databases.TryGetValue(name, out var known) ? known : _databases[name] = server.CreateDatabase();

    private NpgsqlConnection Connect(string name)
    {
        var connection = new NpgsqlConnection(Database(name));
        connection.Open();
        return connection;
    }
}
