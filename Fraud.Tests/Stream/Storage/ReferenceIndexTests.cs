using Fraud.Stream.Ingest;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Stream.Storage;

/// <summary>The index that takes the place of the reference systems' on the status of payments.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ReferenceIndexTests(PostgresServer server)
{
    [Fact]
    public async Task Cases_ByTheirStatus_HaveAnIndex()
    {
        var connection = server.CreateDatabase();
        using (var store = StoreFactory.Create(
            new StorageOptions { Kind = StoreKind.Postgres, Postgres = connection }, new KafkaOptions().TransactionsTopic, TimeProvider.System))
        {
            store.Open();
        }

        await using var database = new NpgsqlConnection(connection);
        await database.OpenAsync();
        await using var ask = new NpgsqlCommand("SELECT indexdef FROM pg_indexes WHERE tablename = 'cases' AND indexname = 'cases_status'", database);

        Assert.Contains("(status, ", $"{await ask.ExecuteScalarAsync()}", StringComparison.Ordinal);
    }
}
