using Fraud.Stream.Registry;

namespace Fraud.Stream.Storage;

/// <content>The model registry.</content>
public sealed partial class SqliteStore
{
    public IRegistryStore Models => new RegistryOf(this);

    private sealed class RegistryOf(SqliteStore store) : RegistryTables
    {
        protected override T Read<T>(Func<IRegistrySession, T> work)
        {
            using var reader = store.RowsFile.Rent();
            return work(new SqliteRegistrySession(reader.Prepare, static () => 0));
        }

        protected override T Write<T>(Func<IRegistrySession, T> work)
        {
            lock (store.RowsFile.Writing)
            {
                return store.Writer.InTransaction(connection => work(new SqliteRegistrySession(connection.PrepareOnce, () => connection.Changes)));
            }
        }
    }
}
