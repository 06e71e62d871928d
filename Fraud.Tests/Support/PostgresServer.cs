namespace Fraud.Tests.Support;

/// <summary>The fault suite's throw-away server, started once for a collection; a fresh database for each test that asks.</summary>
public sealed class PostgresServer : Fraud.Faults.Cluster.PostgresServer, IAsyncLifetime
{
    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        await server.InitializeAsync();
        return server;
    }
}

/// <summary>One server for all test classes that need one.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "postgres";
}
