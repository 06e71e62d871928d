using Fraud.Stream.Registry;
using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Storage;

/// <content>The model registry.</content>
public sealed partial class PostgresStore
{
    public IRegistryStore Models => new RegistryOf(_source, _options.BusyTimeout);

    private sealed class RegistryOf(NpgsqlDataSource source, TimeSpan lockTimeout) : RegistryTables
    {
        protected override T Read<T>(Func<IRegistrySession, T> work) => Guard(() =>
        {
            using var connection = source.OpenConnection();
            return work(new PostgresRegistrySession(connection));
        });

        protected override T Write<T>(Func<IRegistrySession, T> work) => Guard(() =>
        {
            using var connection = source.OpenConnection();
            using var transaction = connection.Begin(lockTimeout);
            connection.Lock(PostgresSession.RegistryLock);
            var result = work(new PostgresRegistrySession(connection));
            transaction.Commit();
            return result;
        });
    }
}
