using System.Globalization;
using Fraud.Stream.Alerts;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Alerts;

/// <summary>The whole graph while Kafka takes no alerts: nothing waits but they (rules 9 and 11 of docs/decisions/0011).</summary>
public sealed class AlertsBehindTests : IDisposable
{
    private const int Flagged = 495_000;

    private readonly TempFolder _folder = new();
    private readonly Topics _topics = new(partitions: 2);

    public void Dispose()
    {
        _topics.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_KafkaIsAway_AnswersAndWritesRowsAndSendsOnceItIsBack()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await new GraphHost(_topics, store, ("Kafka:Client:reconnect.backoff.max.ms", "100"), ("Kafka:RestartMax", "00:00:00.100")).Start();
        _topics.Broker.StopBroker();
        // A card's first payment that is so large is flagged by the shipped model.
        for (var i = 0; i < 10; i++)
        {
            await host.Submit(Id(i), Card(i), amountMinor: Flagged).Answered;
        }

        await Poll.Until(() => store.Count().Results == 10);
        Assert.Equal(10, store.Count().Alerts);
        Assert.Equal(0, host.Get<ResultsFeed>().Lag.Payments);
        Assert.Equal(10, host.Get<AlertsFeed>().Lag.Payments);
        Assert.False(store.HasSentAll());

        _topics.Broker.StartBroker();

        await Poll.Until(store.HasSentAll);
        Assert.Equal(
            Enumerable.Range(0, 10).Select(static i => "alert-" + Id(i)),
            _topics.Read(Topics.Alerts, 10).Select(static alert => Topics.Header(alert, "alert_id")).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(0, host.Get<AlertsFeed>().Lag.Payments);
    }

    /// <summary>What was not sent before the end is in the journal for the next start.</summary>
    [Fact]
    public async Task Run_StoppedWhileKafkaTakesNoAlerts_SendsThemAtTheNextStart()
    {
        using var store = GraphHost.Sqlite(_folder);
        _topics.Broker.SetTopicError(Topics.Alerts, Confluent.Kafka.ErrorCode.TopicAuthorizationFailed);
        await using (var host = await new GraphHost(_topics, store).Start())
        {
            await host.Submit(Id(0), Card(0), amountMinor: Flagged).Answered;
            await host.Stop();
            Assert.False(store.HasSentAll());
        }

        _topics.Broker.SetTopicError(Topics.Alerts, Confluent.Kafka.ErrorCode.NoError);
        await using var next = await new GraphHost(_topics, store).Start();

        await Poll.Until(store.HasSentAll);
        Assert.Equal("alert-" + Id(0), Topics.Header(Assert.Single(_topics.Read(Topics.Alerts, 1)), "alert_id"));
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"p-{number}");

    private static string Card(int number) => string.Create(CultureInfo.InvariantCulture, $"card-{number}");
}
