using System.Net.Http.Json;
using Fraud.Model;
using Fraud.Tests.Http;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Deploy;

/// <summary>deploy/postgres/reporting.sql on the store of a service whose user and database are named as a reference names them.</summary>
[Collection(PostgresNodesCollection.Name)]
public sealed class ReportingTests(PostgresServer postgres) : IAsyncLifetime
{
    private static readonly string Script = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "postgres", "reporting.sql"));

    private ServerFixture _server = null!;
    private string _owner = "";

    public async Task InitializeAsync()
    {
        var admin = postgres.CreateDatabase();
        await Execute(admin, "DROP DATABASE IF EXISTS bankdb WITH (FORCE)");
        await Execute(admin, "DO $$ BEGIN CREATE ROLE fraud_api LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        // Not a superuser: as production has it, but for making fraud_reader.
        await Execute(admin, "ALTER ROLE fraud_api CREATEROLE");
        await Execute(admin, "CREATE DATABASE bankdb OWNER fraud_api");
        _owner = new NpgsqlConnectionStringBuilder(admin) { Database = "bankdb", Username = "fraud_api", Pooling = false }.ConnectionString;
        _server = new ServerFixture(new Dictionary<string, string?> { ["Storage:Kind"] = "Postgres", ["Storage:Postgres"] = _owner });
        await _server.InitializeAsync();
        await _server.ServesAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
    }

    [Fact]
    public async Task Views_OfAFlaggedAndAnApprovedPayment_SayWhatTheServiceSays()
    {
        await Pay("""{"transaction_id":"r-1","card_id":"card-1","terminal_id":"t-1","amount":950.50,"currency":"EUR"}""");
        await Pay("""{"transaction_id":"r-2","card_id":"card-2","terminal_id":"t-1","amount":12,"currency":"JPY"}""");
        using var decided = await _server.Client.PutAsJsonAsync(new Uri("/api/v1/anomalies/r-1", UriKind.Relative), new { new_status = "FRAUD" });
        decided.EnsureSuccessStatusCode();

        await Execute(_owner, Script);
        await Execute(_owner, Script);
        await Execute(_owner, "DO $$ BEGIN CREATE ROLE bi LOGIN IN ROLE fraud_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$");

        var reader = new NpgsqlConnectionStringBuilder(_owner) { Username = "bi" }.ConnectionString;
        Assert.Equal(
            ["r-1 950.5 1 FRAUD", "r-2 12 0 "],
            await Rows(reader, """
                SELECT transaction_id || ' ' || trim_scale(amount) || ' ' || is_anomaly || ' ' || coalesce(status, '')
                FROM reporting.transactions WHERE ml_anomaly_score BETWEEN 0 AND 1 AND "timestamp" > now() - interval '1 hour' ORDER BY 1
                """));
        Assert.Equal(
            ["r-1 block true", "r-2 approve unknown"],
            await Rows(reader, """
                SELECT transaction_id || ' ' || decision || ' ' || coalesce(label::text, 'unknown')
                FROM reporting.predictions WHERE fraud_probability >= 0 ORDER BY 1
                """));
    }

    [Fact]
    public async Task Reader_BeyondTheViews_IsRefused()
    {
        await Execute(_owner, Script);
        await Execute(_owner, "DO $$ BEGIN CREATE ROLE bi LOGIN IN ROLE fraud_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        var reader = new NpgsqlConnectionStringBuilder(_owner) { Username = "bi" }.ConnectionString;

        foreach (var sql in new[] { "SELECT hash FROM api_keys", "SELECT features FROM transactions", "DELETE FROM reporting.transactions", "CREATE TABLE reporting.t (i int)" })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => Execute(reader, sql));
            Assert.Contains(refused.SqlState, new[] { PostgresErrorCodes.InsufficientPrivilege, PostgresErrorCodes.ObjectNotInPrerequisiteState });
        }
    }

    [Fact]
    public async Task MinorUnits_OfEveryCode_AreThoseOfTheService()
    {
        await Execute(_owner, Script);
        var units = (await Rows(_owner, """
            SELECT code || ' ' || reporting.minor_units(code)::int
            FROM (SELECT chr(a) || chr(b) || chr(c) AS code FROM generate_series(65, 90) a, generate_series(65, 90) b, generate_series(65, 90) c) codes
            """)).ToArray();

        Assert.Equal(26 * 26 * 26, units.Length);
        Assert.All(units, static line =>
        {
            Assert.True(Currency.TryParse(System.Text.Encoding.ASCII.GetBytes(line[..3]), out var currency));
            Assert.Equal($"{currency} {currency.MinorUnits}", line);
        });
    }

    private async Task Pay(string payment)
    {
        using var answer = await _server.Post("/predict", payment);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task Execute(string connection, string sql)
    {
        await using var opened = new NpgsqlConnection(connection);
        await opened.OpenAsync();
        await using var command = new NpgsqlCommand(sql, opened);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<IReadOnlyList<string>> Rows(string connection, string sql)
    {
        await using var opened = new NpgsqlConnection(connection);
        await opened.OpenAsync();
        await using var command = new NpgsqlCommand(sql, opened);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
