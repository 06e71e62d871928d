using System.Globalization;
using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>
/// The monthly partitions of transactions: made when the first payment of a month comes.
/// </summary>
/// <remarks>
/// Payments from far away (a broken clock, a wrong unit) go to the default partition, so senders cannot
/// make more than <see cref="MonthsBack"/> + <see cref="MonthsAhead"/> tables a run.
/// Making one waits for readers of the table, at most the lock timeout; around now they are made at start.
/// </remarks>
internal sealed class PostgresPartitions(TimeProvider time)
{
    // Ten years of history can be replayed; a clock may be ahead by a time zone at the end of a month.
    private const int MonthsBack = 120;
    private const int MonthsAhead = 1;

    private const string MonthName = "transactions_yyyy_mm";
    private const int MonthPrefix = 13;

    private readonly HashSet<int> _known = [];

    // Bounds of the month that the last payment fell into; most payments fall into the same.
    private long _from;
    private long _to;

    public void EnsureAroundNow(NpgsqlConnection connection)
    {
        var now = MonthOf(time.GetUtcNow());
        for (var month = now - 1; month <= now + MonthsAhead; month++)
        {
            EnsureMonth(connection, month);
        }
    }

    public void Ensure(NpgsqlConnection connection, long eventTimeMs)
    {
        if ((eventTimeMs < _from || eventTimeMs >= _to) && TryMonthOf(eventTimeMs, out var month))
        {
            EnsureMonth(connection, month);
            (_from, _to) = (StartOf(month), StartOf(month + 1));
        }
    }

    /// <summary>The first moment of a time's month.</summary>
    public static long StartOfMonth(long ms) => StartOf(MonthOf(DateTimeOffset.FromUnixTimeMilliseconds(ms)));

    /// <summary>Whether a partition is a month of which nothing is at or after a time.</summary>
    /// <remarks>
    /// Once its table has left, nodes that knew it put what still comes of that month into the default partition.
    /// </remarks>
    public static bool EndsBefore(string name, long ms) =>
        name.Length == MonthName.Length
        && name.StartsWith(MonthName[..MonthPrefix], StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(MonthPrefix, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
        && int.TryParse(name.AsSpan(MonthPrefix + 5), NumberStyles.None, CultureInfo.InvariantCulture, out var month)
        && StartOf((year * 12) + month) <= ms;

    private void EnsureMonth(NpgsqlConnection connection, int month)
    {
        if (_known.Contains(month))
        {
            return;
        }

        using var transaction = connection.BeginTransaction();
        Execute(connection, $"SELECT pg_advisory_xact_lock({PostgresSession.SchemaLock})");
        var (name, from, to) = (NameOf(month), StartOf(month), StartOf(month + 1));

        // Payments that came when their month was still far ahead are in the default partition already;
        // PostgreSQL then refuses a partition of their own, and that month stays where it is.
        if (!Exists(connection, $"SELECT FROM transactions_other WHERE event_time >= {from} AND event_time < {to}"))
        {
            Execute(connection, $"CREATE TABLE IF NOT EXISTS {name} PARTITION OF transactions FOR VALUES FROM ({from}) TO ({to})");
        }

        transaction.Commit();
        _known.Add(month);
    }

    private bool TryMonthOf(long eventTimeMs, out int month)
    {
        var now = MonthOf(time.GetUtcNow());
        month = 0;
        if (eventTimeMs < StartOf(now - MonthsBack) || eventTimeMs >= StartOf(now + MonthsAhead + 1))
        {
            return false;
        }

        month = MonthOf(DateTimeOffset.FromUnixTimeMilliseconds(eventTimeMs));
        return true;
    }

    private static int MonthOf(DateTimeOffset at) => (at.Year * 12) + at.Month - 1;

    private static long StartOf(int month) =>
        new DateTimeOffset(month / 12, (month % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static string NameOf(int month) =>
        string.Create(CultureInfo.InvariantCulture, $"transactions_{month / 12:0000}_{(month % 12) + 1:00}");

    private static bool Exists(NpgsqlConnection connection, string query)
    {
        using var command = new NpgsqlCommand($"SELECT EXISTS ({query})", connection);
        return (bool)command.ExecuteScalar()!;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
