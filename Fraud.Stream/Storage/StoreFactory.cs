namespace Fraud.Stream.Storage;

/// <summary>Makes the store that the configuration names.</summary>
public static class StoreFactory
{
    public static IFraudStore Create(StorageOptions options, string transactionsTopic, TimeProvider time) => options.Kind switch
    {
        StoreKind.Sqlite => new SqliteStore(options, transactionsTopic, time),
        StoreKind.Postgres => new PostgresStore(options, transactionsTopic, time),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Kind, "unknown kind of store"),
    };
}
