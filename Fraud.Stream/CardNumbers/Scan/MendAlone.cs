using Fraud.Stream.Events;
using Fraud.Stream.Storage;
using Npgsql;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>Opens a store for a mend, which needs it for itself, and keeps services out until it is closed.</summary>
internal static class MendAlone
{
    /// <summary>Runs work on the files, or the database, that no service has meanwhile: the first of them is that of the rows.</summary>
    /// <exception cref="StoreInUseException">A service has it.</exception>
    public static T Run<T>(StorageOptions options, Func<IReadOnlyList<IScannedStore>, T> work)
    {
        var stores = Open(options);
        try
        {
            stores[0].Upgrade();
            // A service that stood still meanwhile and wakes up writes nothing more.
            stores[0].Session.Run("UPDATE shards SET generation = generation + 1");
            return work(stores);
        }
        finally
        {
            foreach (var store in stores)
            {
                store.Dispose();
            }
        }
    }

    private static IReadOnlyList<IScannedStore> Open(StorageOptions options)
    {
        var stores = new List<IScannedStore>();
        try
        {
            if (options.Kind == StoreKind.Postgres)
            {
                stores.Add(Postgres(options));
            }
            else
            {
                // A service that has it is found before anything is changed.
                Sqlite(options, journal: null).Dispose();
                SqliteUpgrade.Run(options);
                stores.Add(Sqlite(options, options.JournalFile));
                if (EventsFile.PathOf(options) is var events && File.Exists(events))
                {
                    stores.Add(Sqlite(options.ForFile(events), journal: null));
                }
            }

            return stores;
        }
        catch
        {
            stores.ForEach(static store => store.Dispose());
            throw;
        }
    }

    /// <summary>Whether a service has come since: with PostgreSQL nothing keeps out a node that was a member of a cluster before.</summary>
    /// <exception cref="StoreInUseException">One has.</exception>
    public static void Check(StorageOptions options, IScannedStore store)
    {
        if (options.Kind == StoreKind.Postgres && PostgresAlone.LiveNode(store.Session) is { } node)
        {
            throw new StoreInUseException($"node {node} has a heartbeat of the last 5 s; stop all services first");
        }
    }

    private static SqliteTables Sqlite(StorageOptions options, string? journal)
    {
        try
        {
            return new SqliteTables(SqliteConnection.Alone(options), journal);
        }
        catch (StoreUnavailableException error)
        {
            throw new StoreInUseException($"another process has {options.SqliteFile}; stop the service first", error);
        }
    }

    private static PostgresTables Postgres(StorageOptions options)
    {
        var store = PostgresErrors.Guard(() => new PostgresTables(options.Postgres));
        try
        {
            Check(options, store);
            if (!PostgresAlone.TryHold(store.Session))
            {
                throw new StoreInUseException("a node is about to start, or another mend runs; stop all services first");
            }

            return store;
        }
        catch (NpgsqlException error)
        {
            store.Dispose();
            throw new StoreUnavailableException("PostgreSQL cannot be reached or written now.", error);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }
}
