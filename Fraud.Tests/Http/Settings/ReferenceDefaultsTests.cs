using Fraud.Http;
using Fraud.Stream.Ingest;

namespace Fraud.Tests.Http.Settings;

/// <summary>What the service is called and where it is reached unless settings say otherwise: as the references call it.</summary>
public sealed class ReferenceDefaultsTests
{
    [Fact]
    public void Kafka_UnlessSaid_HasTheReferencesTopicsAndGroup()
    {
        var kafka = new KafkaOptions();

        Assert.Equal(("transactions", "fraud_alerts", "fraud-detectors"), (kafka.TransactionsTopic, kafka.AlertsTopic, kafka.GroupId));
    }

    [Fact]
    public void Http_UnlessSaid_IsPort8000OfThisMachine() => Assert.Equal("http://127.0.0.1:8000", new HttpOptions().Urls);
}
