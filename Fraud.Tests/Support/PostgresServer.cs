using ThrowAwayServer = Fraud.Faults.Cluster.PostgresServer;

namespace Fraud.Tests.Support;

/// <summary>
/// A PostgreSQL server started once for a collection, a fresh database for each test that asks. Can be stopped hard and
/// started again.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private ThrowAwayServer? _server;

    private ThrowAwayServer Server => _server ?? throw new InvalidOperationException("the server is not started");

    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        await server.InitializeAsync();
        return server;
    }

    public async Task InitializeAsync() => _server = await ThrowAwayServer.StartNewAsync();

    /// <summary>An empty database; returns its connection string.</summary>
    public string CreateDatabase() => Server.CreateDatabase();

    /// <summary>Ends the server without a checkpoint, as a crash would: every connection breaks.</summary>
    public Task StopAsync() => Server.StopAsync();

    public Task StartServerAsync() => Server.StartAsync();

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartServerAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}

/// <summary>One server for all test classes that need one.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "postgres";
}
