using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Stream.Registry;

[Collection(PostgresCollection.Name)]
public sealed class PostgresModelRegistryTests(PostgresServer server) : ModelRegistryContract
{
    private readonly StorageOptions _options = new() { Kind = StoreKind.Postgres, Postgres = server.CreateDatabase() };

    protected override string Bytes => @"'\x00'";

    protected override IFraudStore Create() => new PostgresStore(_options, "transactions", TimeProvider.System);

    protected override void Execute(string sql) => Run(sql, static command => command.ExecuteNonQuery());

    protected override long Count(string table) => Run($"SELECT count(*) FROM {table}", static command => (long)command.ExecuteScalar()!);

    private T Run<T>(string sql, Func<NpgsqlCommand, T> run)
    {
        using var connection = new NpgsqlConnection(_options.Postgres);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return run(command);
    }
}
