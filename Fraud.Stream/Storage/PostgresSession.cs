using System.Globalization;
using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Storage;

/// <summary>Transactions, locks and queries on PostgreSQL.</summary>
/// <remarks>
/// Locks are taken in this order, so that nobody waits in a circle: payments against waiting labels, rows of shards
/// by number, then everything else; the label journal last.
/// </remarks>
internal static class PostgresSession
{
    /// <summary>One number per schema: nodes that start together create it one after the other.</summary>
    public const long SchemaLock = 0x6672_6175_6431;

    /// <summary>
    /// Commits of payments share it; a label that has to wait for its payment is stored alone. So either the label
    /// finds the payment or the payment finds the label.
    /// </summary>
    public const long WaitingLabelsLock = 0x6672_6175_6432;

    /// <summary>Held by who appends to the label journal: its positions have no gaps and become visible in order.</summary>
    public const long LabelJournalLock = 0x6672_6175_6433;

    /// <summary>One snapshot of the terminals is written at a time.</summary>
    public const long TerminalsLock = 0x6672_6175_6434;

    /// <summary>One change of the model registry at a time.</summary>
    public const long RegistryLock = 0x6672_6175_6435;

    /// <summary>One node at a time decides who forms a cluster, and who is no part of it any more.</summary>
    public const long FormationLock = 0x6672_6175_6436;

    /// <summary>One node at a time removes what is over age.</summary>
    public const long RetentionLock = 0x6672_6175_6437;

    /// <summary>
    /// Longest that a session which holds heads of shards, or waits for one, waits for a lock: the next owner's claim may wait for it
    /// (rule 5 of docs/decisions/0011).
    /// </summary>
    public static readonly TimeSpan HeadLockTimeout = TimeSpan.FromSeconds(2);

    // A process that is stopped in the middle of a transaction keeps its locks, and a claim waits for them: the
    // server ends such a session. The pauses inside our transactions are those of the collector, milliseconds.
    private const int IdleInTransactionMs = 2_000;

    /// <summary>State of the error by which the server ends such a session (idle_in_transaction_session_timeout).</summary>
    public const string StoodStill = "25P03";

    // A journal of many million rows may take a while between two rows that are wanted.
    private const int StreamTimeoutSeconds = 600;

    public static string Limits(string scope, TimeSpan lockTimeout) => string.Create(
        CultureInfo.InvariantCulture,
        $"SET {scope} lock_timeout = {(long)lockTimeout.TotalMilliseconds}; SET {scope} idle_in_transaction_session_timeout = {IdleInTransactionMs}");

    public static NpgsqlTransaction Begin(this NpgsqlConnection connection, TimeSpan lockTimeout)
    {
        var transaction = connection.BeginTransaction();
        connection.Execute(Limits("LOCAL", lockTimeout));
        return transaction;
    }

    /// <summary>Waits for the lock and holds it to the end of the transaction; later statements see what its former holder wrote.</summary>
    public static void Lock(this NpgsqlConnection connection, long id) => connection.Execute("SELECT pg_advisory_xact_lock($1)", id);

    /// <param name="parameters">An array that is the only one has to be passed as an object.</param>
    /// <returns>Rows written.</returns>
    public static int Execute(this NpgsqlConnection connection, string sql, params object[] parameters)
    {
        using var command = Command(connection, sql, parameters);
        return command.ExecuteNonQuery();
    }

    public static List<T> Query<T>(this NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> map, params object[] parameters)
    {
        using var command = Command(connection, sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    /// <summary>Rows as they come, on a connection of their own.</summary>
    public static IEnumerable<T> Stream<T>(this NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> map, params object[] parameters)
    {
        using var connection = Guard(source.OpenConnection);
        using var command = Command(connection, sql, parameters);
        command.CommandTimeout = StreamTimeoutSeconds;
        var reader = Guard(() => command.ExecuteReader());
        try
        {
            while (Guard(reader.Read))
            {
                yield return map(reader);
            }
        }
        finally
        {
            // It reads what is left, and so finds out as well that the server is gone.
            Guard(reader.Dispose);
        }
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return command;
    }
}
