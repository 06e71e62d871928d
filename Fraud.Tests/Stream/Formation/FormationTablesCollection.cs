using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Formation;

/// <summary>The node table and the lease by themselves, which stop their server: beside <see cref="FormationCollection"/>, with one of their own.</summary>
[CollectionDefinition(Name)]
public sealed class FormationTablesCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "formation tables";
}
