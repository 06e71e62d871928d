using System.Runtime.InteropServices;
using Fraud.Model;
using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>A stored payment with what serving made of it.</summary>
/// <param name="Features">In the order of the catalogue; shorter where an earlier version knew fewer.</param>
public sealed record StoredScore(
    int Shard,
    string TransactionId,
    string CardId,
    string TerminalId,
    long AmountMinor,
    string Currency,
    long EventTimeMs,
    float Score,
    string Model,
    string ModelVersion,
    float[] Features);

/// <summary>Reads every stored payment in the order of writing, for offline checks: changes nothing, holds one row at a time.</summary>
public static class StoredScores
{
    private const string Columns =
        "shard, transaction_id, card_id, terminal_id, amount_minor, currency, event_time, fraud_score, model, model_version, features";

    public static IEnumerable<StoredScore> Read(StorageOptions options, CancellationToken stopping) => options.Kind == StoreKind.Postgres
        ? FromPostgres(options, stopping)
        : FromSqlite(options, stopping);

    /// <summary>Ids of the payments that are labelled as frauds.</summary>
    public static IReadOnlySet<string> Frauds(StorageOptions options)
    {
        if (options.Kind == StoreKind.Postgres)
        {
            using var connection = Open(options);
            return connection.Query("SELECT transaction_id FROM labels WHERE is_fraud", static row => row.GetString(0)).ToHashSet(StringComparer.Ordinal);
        }

        using var file = SqliteConnection.ForReading(options);
        var select = file.Prepare("SELECT transaction_id FROM labels WHERE is_fraud <> 0");
        var frauds = new HashSet<string>(StringComparer.Ordinal);
        while (select.Step())
        {
            frauds.Add(select.Text(0));
        }

        return frauds;
    }

    private static IEnumerable<StoredScore> FromSqlite(StorageOptions options, CancellationToken stopping)
    {
        using var connection = SqliteConnection.ForReading(options);
        var row = connection.Prepare($"SELECT {Columns} FROM transactions ORDER BY position");
        while (row.Step())
        {
            stopping.ThrowIfCancellationRequested();
            yield return new StoredScore(
                (int)row.Integer(0), row.Text(1), row.Text(2), row.Text(3), row.Integer(4), row.Text(5), row.Integer(6),
                (float)row.Real(7), row.Text(8), row.Text(9), MemoryMarshal.Cast<byte, float>(row.Blob(10)).ToArray());
        }
    }

    private static IEnumerable<StoredScore> FromPostgres(StorageOptions options, CancellationToken stopping)
    {
        using var connection = Open(options);
        using var command = new NpgsqlCommand($"SELECT {Columns} FROM transactions ORDER BY position", connection) { CommandTimeout = 0 };
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            stopping.ThrowIfCancellationRequested();
            yield return new StoredScore(
                row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetString(5),
                row.GetInt64(6), row.GetFloat(7), row.GetString(8), row.GetString(9), row.GetFieldValue<float[]>(10));
        }
    }

    private static NpgsqlConnection Open(StorageOptions options)
    {
        var connection = new NpgsqlConnection(options.Postgres);
        connection.Open();
        return connection;
    }
}
