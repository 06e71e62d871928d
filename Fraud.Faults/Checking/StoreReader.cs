using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fraud.Stream.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Fraud.Faults.Checking;

/// <summary>Reads tables with SQL of its own: what the product's classes say about them is what is being checked.</summary>
public sealed class StoreReader(StorageOptions storage)
{
    public List<StoredResult> Results() => Read(
        """
        SELECT transaction_id, shard, card_id, terminal_id, amount_minor, event_time, fraud_score, decision, features, kafka_offset,
               currency, source, model, model_version, reasons
        FROM transactions ORDER BY position
        """,
        static row => new StoredResult(
            row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5),
            row.GetFloat(6), row.GetInt32(7), Features(row.GetValue(8)), row.IsDBNull(9) ? null : row.GetInt64(9),
            row.GetString(10), row.GetString(11), row.GetString(12) + " " + row.GetString(13), row.IsDBNull(14) ? 0 : CountOf(row.GetString(14))));

    /// <summary>The last page of each shard that a reader of the journal is done with.</summary>
    public Dictionary<int, long> Positions(string reader) => Read(
        $"SELECT shard, position FROM reader_positions WHERE reader = '{reader}'", static row => KeyValuePair.Create(row.GetInt32(0), row.GetInt64(1))).ToDictionary();

    /// <summary>Places of payments that were counted though their rows were there, and the page that took each back.</summary>
    public List<(int Shard, long Sequence, int Ordinal, string Id, long? Retracted)> Repeats() => Read(
        "SELECT shard, sequence, ordinal, transaction_id, retracted FROM repeated_payments",
        static row => (row.GetInt32(0), row.GetInt64(1), row.GetInt32(2), row.GetString(3), row.IsDBNull(4) ? (long?)null : row.GetInt64(4)));

    /// <summary>Payments whose rows the database refused, with a page that has each alone.</summary>
    public List<ParkedPayment> Parked() => Read(
        "SELECT shard, sequence, ordinal, transaction_id, payload FROM refused_rows",
        static row => new ParkedPayment(
            row.GetInt32(0), row.GetInt64(1), row.GetInt32(2), row.GetString(3), CheckedPage.Read((byte[])row.GetValue(4)).Payments.Single()));

    public long CountResults() => Read("SELECT count(*) FROM transactions", static row => row.GetInt64(0))[0];

    /// <summary>Earliest and latest time of writing, milliseconds since 1970 UTC by the nodes' clocks.</summary>
    public (long Earliest, long Latest) ScoredBetween() => Read(
        "SELECT min(scored_at), max(scored_at) FROM transactions", static row => (row.GetInt64(0), row.GetInt64(1)))[0];

    private List<T> Read<T>(string sql, Func<DbDataReader, T> map)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    private DbConnection Open()
    {
        DbConnection connection = storage.Kind == StoreKind.Postgres
            ? new NpgsqlConnection(storage.Postgres)
            : new SqliteConnection("Data Source=" + storage.SqliteFile);
        connection.Open();
        return connection;
    }

    private static int CountOf(string reasons)
    {
        using var json = JsonDocument.Parse(reasons);
        return json.RootElement.GetArrayLength();
    }

    private static float[] Features(object column) =>
        column is byte[] bytes ? MemoryMarshal.Cast<byte, float>(bytes).ToArray() : (float[])column;
}
