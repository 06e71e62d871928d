using System.Globalization;
using Fraud.Stream.Audit;
using Npgsql;

namespace Fraud.Stream.Storage.Copy;

/// <summary>Makes a database that was copied and verified one that services take, in one transaction.</summary>
internal sealed class CopyEnd(CopySource source, CopyTarget target, TimeProvider time)
{
    // A store that moved (rule 1 of docs/decisions/0011): what held a claim of before commits nothing here.
    private const string Claims = "UPDATE shards SET generation = generation + 1000000, owner = '', address = ''";

    private const string Identities = """
        SELECT c.relname::text, a.attname::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attidentity <> '' AND NOT a.attisdropped
        WHERE n.nspname = current_schema() AND NOT c.relispartition
        """;

    /// <exception cref="StoreCopyException">A node has come meanwhile.</exception>
    public void Run(IReadOnlyList<CopiedTable> tables, long rows)
    {
        var connection = target.Connection;
        using var transaction = connection.BeginTransaction();
        foreach (var table in CopyPlan.NotCopied.Where(static table => table != "schema_version").Where(target.HasRows))
        {
            throw new StoreCopyException($"expected a database that no service uses, and {table} has rows; {CopyTarget.StartOver}");
        }

        connection.Execute(Claims);
        SetSequences(connection, tables);
        var entry = AuditEntry.New(
            time.GetUtcNow(), "fraud store copy", "store copied", "store", string.Create(CultureInfo.InvariantCulture, $"{rows} rows from SQLite"));
        connection.Execute(
            "INSERT INTO audit (at, actor, action, subject, outcome, detail) VALUES ($1, $2, $3, $4, $5, $6)",
            entry.AtMs, entry.Actor, entry.Action, entry.Subject, entry.Outcome, entry.Detail);
        connection.Execute("UPDATE schema_version SET version = $1", PostgresSchema.Version);
        transaction.Commit();
    }

    /// <summary>What is numbered goes on behind all numbers that were given, also those of rows that have left.</summary>
    private void SetSequences(NpgsqlConnection connection, IReadOnlyList<CopiedTable> tables)
    {
        foreach (var (table, column) in connection.Query(Identities, static row => (row.GetString(0), row.GetString(1))))
        {
            var given = tables.FirstOrDefault(copied => copied.Name == table) is { } copied ? source.Given(copied.From) : 0;
            Set(connection, $"pg_get_serial_sequence('{CopiedTable.Quoted(table)}', '{column}')", table, column, given);
        }

        Set(connection, "'transactions_position'", "transactions", "position", given: 0);
    }

    private static void Set(NpgsqlConnection connection, string sequence, string table, string column, long given) => connection.Execute(
        $"""
        SELECT setval({sequence}, highest.number) FROM (
            SELECT greatest($1, (SELECT max({CopiedTable.Quoted(column)}) FROM {CopiedTable.Quoted(table)})) AS number) AS highest
        WHERE highest.number > 0
        """,
        given);
}
