using Fraud.Stream.Database;
using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>PostgreSQL for queries that are written once for both databases.</summary>
/// <param name="source">For what the service itself reads and writes.</param>
/// <param name="reading">For people's questions.</param>
/// <param name="lockTimeout">Longest that a transaction waits for a lock.</param>
internal sealed class PostgresDatabase(NpgsqlDataSource source, NpgsqlDataSource reading, TimeSpan lockTimeout) : FraudDatabase
{
    internal override T Ask<T>(Func<FraudDb, T> question) => On(reading, question);

    internal override T Read<T>(Func<FraudDb, T> work) => On(source, work);

    internal override bool TryWrite(Func<FraudDb, bool> work, Exclusion? exclusion = null)
    {
        try
        {
            return Transact(work, exclusion);
        }
        catch (StoreUnavailableException error) when (error.InnerException is PostgresException { SqlState: PostgresSession.StoodStill })
        {
            // A query is compiled the first time that it is asked, within the transaction: a second with nothing else to do, and on a busy machine
            // more than the server lets a session stand still. It ended the transaction, and next time there is nothing to compile.
            return Transact(work, exclusion);
        }
    }

    private bool Transact(Func<FraudDb, bool> work, Exclusion? exclusion) => PostgresErrors.Guard(() =>
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.Begin(lockTimeout);
        if (exclusion is { } named)
        {
            connection.Lock(LockOf(named));
        }

        using var db = new FraudDb(connection, FraudDb.Postgres, new HandBound(new PostgresLabelWriter(connection), new PostgresShadowWriter(connection)));
        if (!work(db))
        {
            return false;
        }

        transaction.Commit();
        return true;
    });

    private static T On<T>(NpgsqlDataSource connections, Func<FraudDb, T> work) => PostgresErrors.Guard(() =>
    {
        using var connection = connections.OpenConnection();
        using var db = new FraudDb(connection, FraudDb.Postgres);
        return work(db);
    });

    private static long LockOf(Exclusion exclusion) => exclusion switch
    {
        Exclusion.Registry => PostgresSession.RegistryLock,
        _ => throw new ArgumentOutOfRangeException(nameof(exclusion), exclusion, "no lock"),
    };
}
