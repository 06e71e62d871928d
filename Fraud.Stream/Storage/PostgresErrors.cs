using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>Tells failures that may pass from those that stay.</summary>
internal static class PostgresErrors
{
    public static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (MayPass(error))
        {
            throw new StoreUnavailableException("PostgreSQL cannot be reached or written now.", error);
        }
    }

    public static void Guard(Action work) => Guard(() =>
    {
        work();
        return true;
    });

    private static bool MayPass(Exception error) => error switch
    {
        PostgresException { SqlState: var state } =>
            state.StartsWith("08", StringComparison.Ordinal)      // connection
            || state.StartsWith("53", StringComparison.Ordinal)   // disk full, out of memory, too many connections
            || state.StartsWith("57", StringComparison.Ordinal)   // shutting down, starting up, cancelled
            || state.StartsWith("58", StringComparison.Ordinal)   // I/O error
            || state is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
                // This process, or its machine, stood still in mid-transaction; see PostgresSession.
                or PostgresSession.StoodStill
                or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.ReadOnlySqlTransaction
                // Another node made, or wrote into, the partition at the same moment; the next look finds it. All our
                // inserts say what happens on conflict, and we set no check: these have no other cause.
                or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.CheckViolation
                or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.InvalidObjectDefinition,
        NpgsqlException or IOException or TimeoutException => true,
        _ => false,
    };
}
