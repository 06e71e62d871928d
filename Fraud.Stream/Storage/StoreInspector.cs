using System.Diagnostics;
using Npgsql;
using SQLitePCL;

namespace Fraud.Stream.Storage;

/// <summary>What a look at a store finds.</summary>
/// <param name="SchemaVersion">Version of the tables; null when there are none yet: the first start makes them.</param>
/// <param name="KnownVersion">The version that this program makes and uses.</param>
/// <param name="RoundTrip">Time of one small query, the median of a few.</param>
/// <param name="ClockAhead">How far the store's clock is ahead of this machine's; null when it is the same clock.</param>
public sealed record StoreFacts(int? SchemaVersion, int KnownVersion, TimeSpan RoundTrip, TimeSpan? ClockAhead)
{
    /// <summary>A store is being copied into the database, or its copy was not finished.</summary>
    public bool IsUnfinishedCopy => SchemaVersion == PostgresSchema.CopyUnfinished;
}

/// <summary>Looks at a store without changing it: no table is made, none upgraded, no file created.</summary>
public static class StoreInspector
{
    private const int Queries = 5;

    // Somebody waits for the answer.
    private const int TimeoutSeconds = 5;

    /// <exception cref="StoreUnavailableException">It cannot be reached, read or written.</exception>
    public static StoreFacts Inspect(StorageOptions options, TimeProvider time) => options.Kind == StoreKind.Postgres
        ? PostgresErrors.Guard(() => Postgres(options, time))
        : Sqlite(options);

    private static StoreFacts Postgres(StorageOptions options, TimeProvider time)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.Postgres)
        {
            Timeout = TimeoutSeconds,
            CommandTimeout = TimeoutSeconds,
            Pooling = false,
        };
        using var connection = new NpgsqlConnection(settings.ConnectionString);
        connection.Open();
        if (connection.Query("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean", static row => row.GetBoolean(0))[0])
        {
            throw new IOException("It only answers reads: it is a standby or set to read-only.");
        }

        var exists = connection.Query("SELECT to_regclass('schema_version') IS NOT NULL", static row => row.GetBoolean(0))[0];
        int? version = exists && connection.Query("SELECT version FROM schema_version", static row => row.GetInt32(0)) is [var found, ..] ? found : null;
        var ahead = TimeSpan.Zero;
        var roundTrip = Median(() =>
        {
            var before = time.GetUtcNow();
            var theirs = connection.Query("SELECT clock_timestamp()", static row => row.GetFieldValue<DateTimeOffset>(0))[0];
            // Half of the way there and back is behind when the answer was made.
            ahead = theirs - (before + ((time.GetUtcNow() - before) / 2));
        });
        return new StoreFacts(version, PostgresSchema.Version, roundTrip, ahead);
    }

    private static StoreFacts Sqlite(StorageOptions options)
    {
        Batteries_V2.Init();
        if (!File.Exists(options.SqliteFile))
        {
            return new StoreFacts(null, SqliteSchema.Version, TimeSpan.Zero, null);
        }

        var result = raw.sqlite3_open_v2(options.SqliteFile, out var file, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null);
        using (file)
        {
            Check(result, file);
            raw.sqlite3_busy_timeout(file, (int)options.BusyTimeout.TotalMilliseconds);
            long version = 0;
            var roundTrip = Median(() => version = Number(file, "PRAGMA user_version"));
            // Of a file of somebody else's the version is zero too; its tables are not ours.
            var isEmpty = Number(file, "SELECT count(*) FROM sqlite_schema") == 0;
            return new StoreFacts(isEmpty ? null : (int)version, SqliteSchema.Version, roundTrip, null);
        }
    }

    private static long Number(sqlite3 file, string sql)
    {
        Check(raw.sqlite3_prepare_v2(file, sql, out var statement), file);
        using (statement)
        {
            Check(raw.sqlite3_step(statement), file);
            return raw.sqlite3_column_int64(statement, 0);
        }
    }

    private static void Check(int result, sqlite3 file)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw new StoreUnavailableException(
                "The SQLite file cannot be opened or read.", new IOException($"SQLite error {result}: {raw.sqlite3_errmsg(file).utf8_to_string()}"));
        }
    }

    private static TimeSpan Median(Action query)
    {
        var times = new TimeSpan[Queries];
        for (var i = 0; i < times.Length; i++)
        {
            var started = Stopwatch.GetTimestamp();
            query();
            times[i] = Stopwatch.GetElapsedTime(started);
        }

        Array.Sort(times);
        return times[times.Length / 2];
    }
}
