namespace Fraud.Tests.Support;

/// <summary>
/// Services, commands and scripts on PostgreSQL. Apart from <see cref="PostgresCollection"/>, the stores themselves, which
/// stop the server: the two run side by side, each with a server of its own.
/// </summary>
[CollectionDefinition(Name)]
public sealed class PostgresNodesCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "nodes on postgres";
}
