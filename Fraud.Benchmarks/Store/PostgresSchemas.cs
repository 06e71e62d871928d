using System.Globalization;
using Npgsql;

namespace Fraud.Benchmarks.Store;

/// <summary>Schemas of the benchmark's own in somebody's database, dropped at the end: no table of theirs is touched.</summary>
internal sealed class PostgresSchemas(string connectionString) : IAsyncDisposable
{
    private readonly List<string> _created = [];

    /// <summary>Makes a schema and returns a connection string that writes into it.</summary>
    public async Task<string> CreateAsync(string name, CancellationToken cancellation)
    {
        var schema = string.Create(CultureInfo.InvariantCulture, $"fraud_bench_{Environment.ProcessId}_{name}");
        await ExecuteAsync($"CREATE SCHEMA {schema}", cancellation);
        _created.Add(schema);
        return new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = schema }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var schema in _created)
        {
            await ExecuteAsync($"DROP SCHEMA {schema} CASCADE", CancellationToken.None);
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        // The schema's name is ours: letters, digits and the process id.
#pragma warning disable CA2100
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
