using System.Globalization;
using Fraud.Stream.Storage;
using Npgsql;

namespace Fraud.Stream.Formation;

/// <summary>Connections of the node table and the lease: few, of their own, and quick to give up.</summary>
/// <remarks>
/// Heartbeats and renewals must not wait for a connection behind payments, nor for a server that is gone without a word: by
/// Npgsql's defaults that would take 30 s, many lives of a lease.
/// </remarks>
public static class FormationSource
{
    // Within two of the lease's four seconds, so that a second question fits before it is lost.
    private const int TimeoutSeconds = 2;

    // The heartbeat, the lease and a removal at the same time, and one to spare.
    private const int Connections = 4;

    public static NpgsqlDataSource Create(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString)
        {
            Name = "formation",
            ConnectionStringBuilder =
            {
                Timeout = TimeoutSeconds,
                CommandTimeout = TimeoutSeconds,
                // No further wait for a server that does not answer the question whether it stops.
                CancellationTimeout = -1,
                MaxPoolSize = Connections,
                ApplicationName = "fraud-formation",
                // Keeps the limits below; nothing else is set in these sessions.
                NoResetOnClose = true,
            },
        };
        // The server gives up as well: what no one waits for any more must not be done later.
        var limits = string.Create(
            CultureInfo.InvariantCulture,
            $"{PostgresSession.Limits("SESSION", TimeSpan.FromSeconds(TimeoutSeconds))}; SET SESSION statement_timeout = {TimeoutSeconds * 1_000}");
        builder.UsePhysicalConnectionInitializer(
            connection => connection.Execute(limits),
            connection => connection.Write(limits, CancellationToken.None));
        return builder.Build();
    }

    internal static async Task<int> Write(this NpgsqlConnection connection, string sql, CancellationToken stopping, params object[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync(stopping);
    }

    internal static async Task<List<T>> Read<T>(
        this NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> map, CancellationToken stopping, params object[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(stopping);
        var rows = new List<T>();
        while (await reader.ReadAsync(stopping))
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return command;
    }
}
