using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using Fraud.Model;
using Fraud.Stream.Alerts;
using Fraud.Stream.Batching;
using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Alerts;

public sealed class OutboxPublisherTests : IDisposable
{
    private readonly Topics _topics = new(partitions: 1);
    private readonly TempFolder _folder = new();
    private readonly HookedStore _store;
    private readonly OwnedShards _owned;
    private readonly ShardDirectory _directory = new(1);
    private readonly ManualResetEventSlim _wake = new(initialState: false);
    private readonly RecordingLog _log = new();
    private readonly LoggerFactory _logs;
    private OutboxPublisher? _publisher;
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public OutboxPublisherTests()
    {
        _logs = new LoggerFactory([_log]);
        _store = GraphHost.Sqlite(_folder);
        _store.Open();
        _owned = _store.OwnAll(1);
        _directory.SetOpen(0, 1);
    }

    [Fact]
    public async Task Run_BrokerAwayWhileAlertsAreWritten_MarksNothingUntilItIsBackAndThenSendsAll()
    {
        var marked = 0;
        _store.BeforeMarkSent = ids => marked += ids.Count;
        _topics.Broker.StopBroker();
        Start();
        Flag(0, 300);
        _wake.Set();
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        Assert.Equal((0, 300), (marked, _store.Count().OutboxPending));

        _topics.Broker.StartBroker();

        await Poll.Until(() => _store.Count().OutboxPending == 0);
        Assert.Equal(Ids(0, 300), AlertIds(300).Order(StringComparer.Ordinal));
        Assert.Equal(300, _publisher!.Sent);
        await Stop();
    }

    [Fact]
    public async Task Run_BrokerAwayLongerThanAPageWaits_SendsThroughANewClient()
    {
        _topics.Broker.StopBroker();
        Start();
        Flag(0, 10);
        _wake.Set();
        await Poll.Until(() => _log.Of(211).Any());

        _topics.Broker.StartBroker();

        await Poll.Until(() => _store.Count().OutboxPending == 0);
        Assert.Equal(Ids(0, 10), AlertIds(10).Order(StringComparer.Ordinal));
        await Stop();
    }

    [Fact]
    public async Task Run_KafkaRefusesSome_MarksOnlyWhatItTook()
    {
        using var watermarks = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = _topics.Address,
            GroupId = "watermarks",
        }).Build();
        long marked = 0;
        var tooEarly = 0;
        _store.BeforeMarkSent = ids =>
        {
            marked += ids.Count;
            var taken = watermarks.QueryWatermarkOffsets(new TopicPartition(Topics.Alerts, 0), Topics.Deadline).High.Value;
            tooEarly += taken < marked ? 1 : 0;
        };
        Flag(0, 1_200);
        // Errors that the client does not repeat by itself.
        _topics.Broker.FailRequests(
            KafkaRequest.Produce, ErrorCode.TopicAuthorizationFailed, ErrorCode.NoError, ErrorCode.InvalidRequiredAcks);

        Start();

        await Poll.Until(() => _store.Count().OutboxPending == 0);
        Assert.Equal((0, 1_200L), (tooEarly, marked));
        Assert.Equal(Ids(0, 1_200), AlertIds(1_200).Distinct().Order(StringComparer.Ordinal));
        await Stop();
    }

    [Fact]
    public async Task Run_DiesBetweenSendingAndMarking_SendsAgainUnderTheSameIds()
    {
        Flag(0, 700);
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.BeforeMarkSent = ids =>
        {
            died.TrySetResult();
            throw new InvalidOperationException("The process dies here.");
        };
        Start();
        await Assert.ThrowsAsync<InvalidOperationException>(() => _running);
        Assert.True(died.Task.IsCompleted);
        Assert.Equal(700, _store.Count().OutboxPending);
        _publisher!.Dispose();
        _store.BeforeMarkSent = static _ => { };

        Start();
        await Poll.Until(() => _store.Count().OutboxPending == 0);

        // The first page twice, nothing else; a reader that knows the ids sees each alert once.
        var read = AlertIds(1_200);
        Assert.Equal(Ids(0, 700), read.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(500, read.GroupBy(static id => id).Count(static group => group.Count() == 2));
        await Stop();
    }

    [Fact]
    public async Task Run_RecordTooLargeForKafka_LeavesWithoutItsValueAndHoldsUpNobody()
    {
        var batch = FromKafka(0, Undecodable(0, 5));
        batch.Payments[0].DeadLetter = new DeadLetter([], new byte[2_000_000], "too_large", "body: expected less");
        _owned.Commit(batch);
        _topics.Broker.FailRequests(KafkaRequest.Produce, ErrorCode.MsgSizeTooLarge);

        Start();
        await Poll.Until(() => _store.Count().OutboxPending == 0);
        Flag(0, 10);
        _wake.Set();
        await Poll.Until(() => _store.Count().OutboxPending == 0);

        var letter = Assert.Single(_topics.Read(Topics.DeadLetters, 1));
        Assert.Empty(letter.Value ?? []);
        Assert.Equal(("2000000 bytes", "5"), (Topics.Header(letter, "value.omitted"), Topics.Header(letter, "origin.offset")));
        Assert.Equal(10, AlertIds(10).Count);
        await Stop();
    }

    [Fact]
    public async Task Run_Stopped_SendsWhatIsThereFirst()
    {
        Start();
        await Poll.Until(() => !_running.IsCompleted);
        Flag(0, 50);

        await Stop();

        Assert.Equal(0, _store.Count().OutboxPending);
        Assert.Equal(50, AlertIds(50).Count);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _running.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(Topics.Deadline);
        _publisher?.Dispose();
        _logs.Dispose();
        _store.Dispose();
        _topics.Dispose();
        _folder.Dispose();
        _stop.Dispose();
    }

    private void Start()
    {
        var options = new KafkaOptions
        {
            RestartMin = TimeSpan.FromMilliseconds(10),
            RestartMax = TimeSpan.FromMilliseconds(50),
            Client = { ["reconnect.backoff.max.ms"] = "100" },
        };
        var publisher = new OutboxPublisher(options, _topics.Address, _store, _directory, _wake, _logs.CreateLogger<OutboxPublisher>());
        _publisher = publisher;
        var stop = _stop.Token;
        _running = Task.Factory.StartNew(
            () => publisher.Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private async Task Stop()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Topics.Deadline);
        _stop.Dispose();
        _stop = new CancellationTokenSource();
    }

    private void Flag(int from, int count) => _owned.Commit(
        FromHttp([.. Enumerable.Range(from, count).Select(static i => Paid(Id(i), decision: Decision.Block))]));

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"p-{number:0000}");

    private static IEnumerable<string> Ids(int from, int count) => Enumerable.Range(from, count).Select(static i => "alert-" + Id(i));

    private List<string> AlertIds(int count) => [.. _topics.Read(Topics.Alerts, count).Select(static alert =>
    {
        using var json = JsonDocument.Parse(alert.Value);
        var id = json.RootElement.GetProperty("alert_id").GetString()!;
        Assert.Equal(id, Topics.Header(alert, "alert_id"));
        return id;
    })];
}
