using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Formation;

/// <summary>Clusters over a PostgreSQL of their own, which some of them stop.</summary>
[CollectionDefinition(Name)]
public sealed class FormationCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "formation";
}
