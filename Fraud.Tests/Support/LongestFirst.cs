using Fraud.Tests.Stream.Formation;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Fraud.Tests.Support.LongestFirst", "Fraud.Tests")]

namespace Fraud.Tests.Support;

/// <summary>
/// Starts what takes longest first, so that no long collection begins when all others are through and runs on by itself.
/// The rest follows by name, in each run the same. <c>./test</c> ends with the tests that are worth a line here.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    // Collections, and classes that are one by themselves, of 15 s and more.
    private static readonly string[] Long =
    [
        PostgresCollection.Name,
        FormationCollection.Name,
        PostgresNodesCollection.Name,
        RealKafkaCollection.Name,
        "ServeCommandTests",
        BrowserCollection.Name,
        "DriftRetrainingTests",
        "DescribedAnswersTests",
        "BenchCommandTests",
        "StoreTrainingTests",
        "TrainTests",
        "TreeShapTests",
        "CardTrainerTests",
        "ClusterUpTests",
        "AuthorizationMatrixTests",
        "RemotingTlsTests",
        "ComposeTests",
        "PrometheusRulesTests",
        "OpenApiTests",
        "ShardActorTests",
        "FraudStreamServiceTests",
        "OpenDoorTests",
        "ShardReadinessTests",
        "EdgeTests",
        "FuzzRunTests",
        "DriftDrillTests",
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections
        .OrderBy(static collection => Array.IndexOf(Long, collection.DisplayName.Split('.')[^1]) is >= 0 and var place ? place : Long.Length)
        .ThenBy(static collection => collection.DisplayName, StringComparer.Ordinal);
}
