using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using Fraud.Model;
using Fraud.Stream.Alerts;
using Fraud.Stream.Batching;
using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging;
using static Fraud.Tests.Stream.Storage.StoredPayments;
using SqliteConnection = Fraud.Stream.Storage.SqliteConnection;

namespace Fraud.Tests.Stream.Alerts;

public sealed class AlertsReaderTests : IDisposable
{
    private readonly Topics _topics = new(partitions: 1);
    private readonly TempFolder _folder = new();
    private readonly HookedStore _store;
    private readonly OwnedShards _owned;
    private readonly RecordingLog _log = new();
    private readonly LoggerFactory _logs;
    private readonly AlertsOptions _options = new()
    {
        Gather = TimeSpan.Zero,
        Look = TimeSpan.FromMilliseconds(20),
        PositionInterval = TimeSpan.FromMilliseconds(50),
        RetryMin = TimeSpan.FromMilliseconds(1),
        RetryMax = TimeSpan.FromMilliseconds(1),
    };

    private readonly List<Node> _nodes = [];
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public AlertsReaderTests()
    {
        _logs = new LoggerFactory([_log]);
        _store = GraphHost.Sqlite(_folder);
        _store.Open();
        _owned = _store.OwnAll(2);
    }

    [Fact]
    public async Task Run_BrokerAwayWhileAlertsAreWritten_RaisesNothingUntilItIsBackAndThenSendsAll()
    {
        var node = Open();
        _topics.Broker.StopBroker();
        Start(node);
        Flag(node, 0, 300);
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        Assert.Equal((0L, 0L), (Stored(), node.Sent));
        Assert.Equal(300, node.Feed.Lag.Payments);

        _topics.Broker.StartBroker();

        await Poll.Until(() => Stored() == 1);
        Assert.Equal(Ids(0, 300), AlertIds(300).Order(StringComparer.Ordinal));
        Assert.Equal((300, 0L), (node.Sent, node.Feed.Lag.Payments));
        await Stop();
    }

    [Fact]
    public async Task Run_BrokerAwayLongerThanARecordWaits_SendsThroughANewClient()
    {
        var node = Open();
        _topics.Broker.StopBroker();
        Start(node);
        Flag(node, 0, 10);
        await Poll.Until(() => _log.Of(211).Any());

        _topics.Broker.StartBroker();

        await Poll.Until(() => Stored() == 1);
        Assert.Equal(Ids(0, 10), AlertIds(10).Distinct().Order(StringComparer.Ordinal));
        await Stop();
    }

    [Fact]
    public async Task Run_KafkaRefusesSome_RaisesOverWhatItTookOnly()
    {
        using var watermarks = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = _topics.Address, GroupId = "watermarks" }).Build();
        var tooEarly = 0;
        _store.BeforeRaise = raised =>
        {
            var taken = watermarks.QueryWatermarkOffsets(new TopicPartition(Topics.Alerts, 0), Topics.Deadline).High.Value;
            tooEarly += taken < 100 * raised.Max(static each => each.Position) ? 1 : 0;
        };
        var node = Open();
        for (var page = 0; page < 12; page++)
        {
            Flag(node, 100 * page, 100);
        }

        // Errors that the client does not repeat by itself.
        _topics.Broker.FailRequests(KafkaRequest.Produce, ErrorCode.TopicAuthorizationFailed, ErrorCode.NoError, ErrorCode.InvalidRequiredAcks);

        Start(node);

        await Poll.Until(() => Stored() == 12);
        Assert.Equal((0, 1_200), (tooEarly, node.Sent));
        Assert.Equal(Ids(0, 1_200), AlertIds(1_200).Distinct().Order(StringComparer.Ordinal));
        await Stop();
    }

    [Fact]
    public async Task Run_DiesBetweenSendingAndStoring_SendsAgainUnderTheSameIds()
    {
        var node = Open();
        Flag(node, 0, 400);
        Flag(node, 400, 300);
        _store.BeforeRaise = static _ => throw new InvalidOperationException("The process dies here.");
        Start(node);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _running);
        Assert.Equal(0, Stored());
        _store.BeforeRaise = static _ => { };

        Start(Open());
        await Poll.Until(() => Stored() == 2);

        var read = AlertIds(1_400);
        Assert.Equal(Ids(0, 700), read.Distinct().Order(StringComparer.Ordinal));
        Assert.All(read.GroupBy(static id => id), static group => Assert.Equal(2, group.Count()));
        await Stop();
    }

    [Fact]
    public async Task Run_RecordTooLargeForKafka_LeavesWithoutItsValueAndHoldsUpNothing()
    {
        var node = Open();
        var batch = FromKafka(0, Undecodable(0, 5));
        batch.Payments[0].DeadLetter = new DeadLetter([], new byte[2_000_000], "too_large", "body: expected less");
        Commit(node, batch);
        _topics.Broker.FailRequests(KafkaRequest.Produce, ErrorCode.MsgSizeTooLarge);

        Start(node);
        await Poll.Until(() => Stored() == 1);
        Flag(node, 0, 10);
        await Poll.Until(() => Stored() == 2);

        var letter = Assert.Single(_topics.Read(Topics.DeadLetters, 1));
        Assert.Empty(letter.Value ?? []);
        Assert.Equal(("2000000 bytes", "5"), (Topics.Header(letter, "value.omitted"), Topics.Header(letter, "origin.offset")));
        Assert.Equal(10, AlertIds(10).Count);
        await Stop();
    }

    [Fact]
    public async Task Run_TopicOfDeadLettersRefuses_AlertsLeaveAndThePositionWaits()
    {
        var node = Open();
        _topics.Broker.SetTopicError(Topics.DeadLetters, ErrorCode.TopicAuthorizationFailed);
        Commit(node, FromKafka(0, Undecodable(0, 5)));
        Flag(node, 0, 3);
        Start(node);
        Assert.Equal(Ids(0, 3), AlertIds(3).Order(StringComparer.Ordinal));
        Flag(node, 3, 3);
        Assert.Equal(Ids(0, 6), AlertIds(6).Order(StringComparer.Ordinal));
        Assert.Equal(0, Stored());

        _topics.Broker.SetTopicError(Topics.DeadLetters, ErrorCode.NoError);

        await Poll.Until(() => Stored() == 3);
        Assert.Single(_topics.Read(Topics.DeadLetters, 1));
        Assert.Equal(7, node.Sent);
        await Stop();
    }

    [Fact]
    public async Task Run_Stopped_SendsAndStoresWhatIsThereFirst()
    {
        _options.PositionInterval = TimeSpan.FromMinutes(10);
        var node = Open();
        Start(node);
        Flag(node, 0, 50);

        await Stop();

        Assert.Equal(1, Stored());
        Assert.Equal(50, AlertIds(50).Count);
    }

    [Fact]
    public void Step_Page_GivesAnAlertOfEachFlaggedPaymentAndADeadLetterOfEachOther()
    {
        var node = Open();
        Commit(node, FromKafka(0, Paid("a", score: 0.5f, decision: Decision.Review, offset: 1, reasons: ["night"]), Paid("b", offset: 2), Undecodable(0, 3)));

        Assert.True(node.Reader.Step(CancellationToken.None));

        Assert.Equal(2, node.Sent);
        var record = Assert.Single(_topics.Read(Topics.Alerts, 1));
        Assert.Equal(("card", "alert-a"), (System.Text.Encoding.UTF8.GetString(record.Key), Topics.Header(record, "alert_id")));
        using var json = JsonDocument.Parse(record.Value);
        var alert = json.RootElement;
        Assert.Equal(
            ("alert-a", "a", "terminal", 12.34m, "EUR", July),
            (alert.GetProperty("alert_id").GetString(), alert.GetProperty("transaction_id").GetString(), alert.GetProperty("terminal_id").GetString(),
                alert.GetProperty("amount").GetDecimal(), alert.GetProperty("currency").GetString(), alert.GetProperty("event_time").GetDateTimeOffset()));
        Assert.Equal(
            (0.5f, "review", "night", "payments", "1"),
            (alert.GetProperty("fraud_score").GetSingle(), alert.GetProperty("decision").GetString(), alert.GetProperty("reasons")[0].GetString(),
                alert.GetProperty("model").GetString(), alert.GetProperty("model_version").GetString()));
        var letter = Assert.Single(_topics.Read(Topics.DeadLetters, 1));
        Assert.Equal(("key 3", "{ not json"), (System.Text.Encoding.UTF8.GetString(letter.Key), System.Text.Encoding.UTF8.GetString(letter.Value)));
        Assert.Equal(("invalid_json", "expected an object"), (Topics.Header(letter, "reason"), Topics.Header(letter, "error")));
        Assert.Equal(
            (Topics.Transactions, "0", "3"), (Topics.Header(letter, "origin.topic"), Topics.Header(letter, "origin.partition"), Topics.Header(letter, "origin.offset")));
        Assert.Equal(July, DateTimeOffset.Parse(Topics.Header(letter, "origin.at"), CultureInfo.InvariantCulture));
    }

    /// <summary>Of a journal of approved payments nothing is sent, and it is followed all the same.</summary>
    [Fact]
    public void Step_PagesWithoutAlerts_MovesThePosition()
    {
        var node = Open();
        Commit(node, FromHttp(Paid("a")));
        Commit(node, FromHttp(Paid("b")));
        _options.PositionInterval = TimeSpan.Zero;

        node.Reader.Step(CancellationToken.None);

        Assert.Equal((2L, 0), (Stored(), node.Sent));
    }

    [Fact]
    public void Step_QueueHadNoRoom_TakesTheRestFromTheJournal()
    {
        _options.QueueCapacity = 1;
        var node = Open();
        node.Reader.Step(CancellationToken.None);
        for (var i = 0; i < 5; i++)
        {
            Flag(node, i, 1);
        }

        StepAll(node);

        Assert.Equal(Ids(0, 5), AlertIds(5));
        Assert.Equal(5, node.Sent);
    }

    [Fact]
    public void Step_ShardOfAnotherClaimByNow_LeavesItAndSendsNoMore()
    {
        _options.PositionInterval = TimeSpan.Zero;
        var before = Open();
        var next = Open(generation: 0);
        Flag(before, 0, 2);
        StepAll(before);

        next.Directory.SetOpen(0, 2);
        StepAll(next);
        // It does not know yet, and is told by the store.
        before.Directory.SetClosed(0, 1);
        StepAll(before);
        Flag(before, 2, 2);
        StepAll(before);
        Assert.Equal(2, before.Sent);

        next.Feed.Pages.Offer(LastPage(generation: 2));
        StepAll(next);

        Assert.Equal((2, 2L), (next.Sent, Stored()));
        Assert.Equal(Ids(0, 4), AlertIds(4));
    }

    /// <summary>What an earlier version had not sent leaves before anything else, and its table with it.</summary>
    [Fact]
    public void Step_RecordsOfAnEarlierVersion_LeaveFirstAndAreRemoved()
    {
        using (var connection = new SqliteConnection(new Fraud.Stream.Storage.StorageOptions { SqliteFile = _folder.File("fraud.db") }))
        {
            connection.Execute(
                EarlierTables.SqliteOutbox
                + """
                  INSERT INTO outbox (shard, kind, source, key, value, headers) VALUES
                      (0, 1, 'alert-e1', x'', '{"alert_id":"alert-e1"}', '{"alert_id":"alert-e1"}'), (1, 1, 'alert-e2', x'', '{"alert_id":"alert-e2"}', '{"alert_id":"alert-e2"}'),
                      (0, 2, 'transactions-0-9', x'', x'7b', '{"reason":"invalid_json"}')
                  """);
        }

        var node = Open();
        Flag(node, 0, 1);

        StepAll(node);
        Assert.Equal(["alert-e1", "alert-p-0000"], AlertIds(2));
        Assert.Equal("invalid_json", Topics.Header(Assert.Single(_topics.Read(Topics.DeadLetters, 1)), "reason"));
        Assert.True(_store.EarlierOutbox.Exists());

        node.Directory.SetOpen(1, 1);
        StepAll(node);

        Assert.Equal("alert-e2", AlertIds(3)[^1]);
        Assert.False(_store.EarlierOutbox.Exists());
    }

    /// <summary>A shard goes from node to node and back, its pages reach the readers or do not, positions are stored or not: Kafka has each alert.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Step_ShardMovesAtAnyMoment_SendsEachAlert(int seed)
    {
        var random = new Random(seed);
        _options.QueueCapacity = 2;
        _options.PositionInterval = TimeSpan.FromMilliseconds(5);
        Node[] nodes = [Open(generation: 0), Open(generation: 0)];
        long generation = 0;
        var number = 0;
        var owner = nodes[0];
        for (var i = 0; i < 200; i++)
        {
            switch (random.Next(6))
            {
                case 0:
                    // Who had it before may not know yet.
                    owner = nodes[random.Next(2)];
                    owner.Directory.SetOpen(0, ++generation);
                    break;
                case 1:
                    nodes[random.Next(2)].Directory.SetClosed(0, generation);
                    break;
                case 2 or 3 when generation > 0:
                    Flag(owner, number++, 1, generation);
                    break;
                default:
                    nodes[random.Next(2)].Reader.Step(CancellationToken.None);
                    break;
            }
        }

        nodes[0].Directory.SetOpen(0, ++generation);
        StepAll(nodes[0]);

        Assert.Equal(
            Ids(0, number),
            _topics.Read(Topics.Alerts, nodes.Sum(static node => node.Sent)).Select(static alert => Topics.Header(alert, "alert_id")).Distinct().Order(StringComparer.Ordinal));
    }

    public void Dispose()
    {
        _stop.Cancel();
        _running.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(Topics.Deadline);
        _nodes.ForEach(static node => node.Sender.Dispose());
        _logs.Dispose();
        _store.Dispose();
        _topics.Dispose();
        _folder.Dispose();
        _stop.Dispose();
    }

    /// <summary>A node that has shard 0 open, unless it is to have none.</summary>
    private Node Open(long generation = 1)
    {
        var options = new KafkaOptions
        {
            RestartMin = TimeSpan.FromMilliseconds(10),
            RestartMax = TimeSpan.FromMilliseconds(50),
            Client = { ["reconnect.backoff.max.ms"] = "100" },
        };
        var feed = new AlertsFeed(new CommittedPages(_options.QueueCapacity), new ReaderLag(2, TimeProvider.System));
        var node = new Node(new ShardDirectory(2), feed);
        node.Sender = new RecordSender(options, _topics.Address, _logs.CreateLogger<RecordSender>(), node.Count);
        var log = _logs.CreateLogger<AlertsReader>();
        node.Reader = new AlertsReader(
            new PageIntake(_store, node.Directory, feed, _options.ToPace(), log), new PendingRecords(Topics.Transactions, _options),
            new AlertPositions(_store.Positions, _options, TimeProvider.System), node.Sender,
            new EarlierRecords(_store.EarlierOutbox, node.Directory, node.Sender), log);
        if (generation > 0)
        {
            node.Directory.SetOpen(0, generation);
        }

        _nodes.Add(node);
        return node;
    }

    private void Start(Node node)
    {
        var stop = _stop.Token;
        _running = Task.Factory.StartNew(() => node.Reader.Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private async Task Stop()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Topics.Deadline);
        _stop.Dispose();
        _stop = new CancellationTokenSource();
    }

    /// <summary>A page of so many flagged payments.</summary>
    private void Flag(Node node, int from, int count, long generation = 1) =>
        Commit(node, FromHttp([.. Enumerable.Range(from, count).Select(static i => Paid(Id(i), decision: Decision.Block))]), generation);

    private void Commit(Node node, MicroBatch batch, long generation = 1)
    {
        _owned.Commit(batch);
        node.Feed.Offer(LastPage(generation), batch.Payments.Length);
    }

    private FollowedPage LastPage(long generation)
    {
        var page = _store.ReadJournal(0, _store.ReadHeads()[0].Sequence - 1, 1).Single();
        return new FollowedPage(0, generation, page.Sequence, page.Payload);
    }

    private static void StepAll(Node node)
    {
        while (node.Reader.Step(CancellationToken.None))
        {
            // Until there is nothing left.
        }
    }

    private long Stored() => _store.Positions.Read(JournalReaders.Alerts).GetValueOrDefault(0);

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"p-{number:0000}");

    private static IEnumerable<string> Ids(int from, int count) => Enumerable.Range(from, count).Select(static i => "alert-" + Id(i));

    private List<string> AlertIds(int count) => [.. _topics.Read(Topics.Alerts, count).Select(static alert =>
    {
        using var json = JsonDocument.Parse(alert.Value);
        var id = json.RootElement.GetProperty("alert_id").GetString()!;
        Assert.Equal(id, Topics.Header(alert, "alert_id"));
        return id;
    })];

    private sealed class Node(ShardDirectory directory, AlertsFeed feed)
    {
        private int _sent;

        public ShardDirectory Directory => directory;

        public AlertsFeed Feed => feed;

        public RecordSender Sender { get; set; } = null!;

        public AlertsReader Reader { get; set; } = null!;

        public int Sent => Volatile.Read(ref _sent);

        public void Count(int records) => Interlocked.Add(ref _sent, records);
    }
}
