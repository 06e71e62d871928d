using System.Text.Json;
using Fraud.Cli;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Cli.Bench;

[Collection(PostgresNodesCollection.Name)]
public sealed class BenchPostgresTests(PostgresServer server)
{
    [Fact]
    public async Task Run_StoreOnPostgres_MeasuresItAndLeavesNothing()
    {
        var database = server.CreateDatabase();
        await using var output = new StringWriter();
        await using var error = new StringWriter();

        var exit = await FraudCommand.RunAsync(
            ["bench", "store", "--json", "--duration", "0.2", "--rounds", "1", "--postgres", database], output, error, CancellationToken.None);

        Assert.True(exit == 0, error.ToString());
        using var json = JsonDocument.Parse(output.ToString());
        Assert.Contains(
            json.RootElement.GetProperty("results")[0].GetProperty("figures").EnumerateArray(),
            static figure => figure.GetProperty("measure").GetString() == "PostgreSQL rows");
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var query = new NpgsqlCommand(
            "SELECT coalesce(string_agg(schemaname || '.' || tablename, ' '), '') FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
            connection);
        // Temporary tables go with their session, a moment after it was closed.
        await Poll.Until(() => query.ExecuteScalar() is "");
    }
}
