using Fraud.Model.Decoding;
using Confluent.Kafka;
using Fraud.Stream.Alerts;
using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;
using Fraud.Stream.Labels;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Labels;

public sealed class LabelSourceTests : IDisposable
{
    private readonly Topics _topics = new(partitions: 1);
    private readonly TempFolder _folder = new();
    private readonly SqliteStore _store;
    private readonly RecordSender _letters;
    private readonly RecordingLog _log = new();
    private readonly LoggerFactory _logs;
    private int _woken;
    private int _sent;
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private LabelSource? _source;

    public LabelSourceTests()
    {
        _store = new SqliteStore(new StorageOptions { SqliteFile = _folder.File("fraud.db") }, Topics.Transactions, TimeProvider.System);
        _store.Open();
        _logs = new LoggerFactory([_log]);
        _letters = new RecordSender(
            new KafkaOptions { RestartMin = TimeSpan.FromMilliseconds(10), RestartMax = TimeSpan.FromMilliseconds(50) }, _topics.Address,
            _logs.CreateLogger<RecordSender>(), records => Interlocked.Add(ref _sent, records));
    }

    [Fact]
    public async Task Run_DuplicatesAndCorrectionsInAnyOrder_CountEachFraudOnce()
    {
        Send("a", "true");
        Send("b", "false");
        Send("a", "true");
        Send("b", "true");
        Send("a", "false");
        Send("a", "1");
        Start();

        await Poll.Until(() => _source!.LabelsRead == 6);
        await Poll.Until(() => Volatile.Read(ref _woken) > 0);

        Assert.Equal(["a+1", "b+1", "a-1", "a+1"], Applied());
        Assert.Equal(["a", "b"], _store.KnownFrauds().Select(static label => label.TransactionId.ToString()).Order(StringComparer.Ordinal));
        await Stop();
    }

    [Fact]
    public async Task Run_Restarted_ReadsOnWhereTheStoreIs()
    {
        Send("a", "true");
        Start();
        await Poll.Until(() => _source!.LabelsRead == 1);
        await Stop();

        Send("b", "true");
        Start();
        await Poll.Until(() => _source!.LabelsRead == 1);

        Assert.Equal(["a+1", "b+1"], Applied());
        Assert.Equal(2, _store.ReadOffsets(Topics.Labels)[0]);
        await Stop();
    }

    [Fact]
    public async Task Run_LabelBeforeItsPayment_CountsWhenThePaymentIsStored()
    {
        Send("""{"transaction_id":"early","is_fraud":true}""");
        Start();
        await Poll.Until(() => _source!.LabelsRead == 1);
        Assert.Empty(Changes());

        _store.OwnAll(1).Commit(FromHttp(Paid("early", card: "its card", terminal: "its terminal")));

        var change = Assert.Single(Changes());
        Assert.Equal(("its card", "its terminal", July.ToUnixTimeMilliseconds(), 1), (
            change.Label.CardId.ToString(), change.Label.TerminalId.ToString(), change.Label.EventTimeMs, change.FraudDelta));
        await Stop();
    }

    [Fact]
    public async Task Run_LabelBeforeItsPaymentAndARestartBetween_IsThereAfterwards()
    {
        Send("""{"transaction_id":"early","is_fraud":true}""");
        Start();
        await Poll.Until(() => _source!.LabelsRead == 1);
        await Stop();
        _store.OwnAll(1).Commit(FromHttp(Paid("early", card: "its card")));
        // Said again after the restart, as a producer that tries again does.
        Send("""{"transaction_id":"early","is_fraud":true}""");

        Start();

        await Poll.Until(() => _source!.LabelsRead == 1);
        Assert.Equal(["early+1"], Applied());
        Assert.Equal("its card", Assert.Single(_store.KnownFrauds()).CardId.ToString());
        await Stop();
    }

    [Theory]
    [InlineData("not json", "invalid_json", "body")]
    [InlineData("[]", "invalid_json", "body")]
    [InlineData("", "invalid_json", "body")]
    [InlineData("""{"is_fraud":true}""", "missing_field", "transaction_id")]
    [InlineData("""{"transaction_id":"a"}""", "missing_field", "is_fraud")]
    [InlineData("""{"transaction_id":"a","is_fraud":"yes"}""", "invalid_field", "is_fraud")]
    [InlineData("""{"transaction_id":"a","is_fraud":true,"event_time":"soon"}""", "invalid_field", "event_time")]
    public async Task Run_PoisonLabel_BecomesADeadLetterAndTheNextOneIsRead(string poison, string reason, string field)
    {
        Send(poison);
        Send("good", "true");
        Start();

        await Poll.Until(() => _source!.LabelsRead == 1);

        var letter = Assert.Single(_topics.Read(Topics.DeadLetters, 1));
        Assert.Equal(poison, System.Text.Encoding.UTF8.GetString(letter.Value ?? []));
        Assert.Equal(
            [reason, field, Topics.Labels, "0", "0"],
            new[] { "reason", "field", "origin.topic", "origin.partition", "origin.offset" }.Select(name => Topics.Header(letter, name)));
        Assert.Equal(["good+1"], Applied());
        Assert.Equal(2, _store.ReadOffsets(Topics.Labels)[0]);
        await Stop();
    }

    /// <summary>Kafka has the dead letter before the offset behind the label is stored: who ends between the two sends it again.</summary>
    [Fact]
    public async Task Run_KafkaRefusesTheDeadLetter_StoresTheOffsetOnceItIsTaken()
    {
        Send("not json");
        Send("good", "true");
        // Errors that the client does not repeat by itself.
        _topics.Broker.FailRequests(KafkaRequest.Produce, ErrorCode.TopicAuthorizationFailed, ErrorCode.TopicAuthorizationFailed);
        Start();
        await Poll.Until(() => _source!.LabelsRead == 1);

        Assert.Equal(2, _store.ReadOffsets(Topics.Labels)[0]);
        Assert.Equal("0", Topics.Header(Assert.Single(_topics.Read(Topics.DeadLetters, 1)), "origin.offset"));
        await Stop();
    }

    /// <summary>Every node reads every label.</summary>
    [Fact]
    public async Task Run_AnotherNodeIsFurther_SendsNoDeadLetterOfWhatThatOneHasSent()
    {
        Send("first", "true");
        Start();
        await Poll.Until(() => _source!.LabelsRead == 1);
        _store.CommitLabels(Topics.Labels, 0, 2, []);

        Send("not json");
        Send("good", "true");
        await Poll.Until(() => _source!.LabelsRead == 2);

        Assert.Equal(0, Volatile.Read(ref _sent));
        await Stop();
    }

    [Fact]
    public async Task Run_StoppedWhileKafkaTakesNoDeadLetter_StoresNoOffsetAndSendsItAtTheNextStart()
    {
        _topics.Broker.SetTopicError(Topics.DeadLetters, ErrorCode.TopicAuthorizationFailed);
        Send("not json");
        Start();
        await Poll.Until(() => _log.Of(210).Any());
        await Stop();
        Assert.Empty(_store.ReadOffsets(Topics.Labels));

        _topics.Broker.SetTopicError(Topics.DeadLetters, ErrorCode.NoError);
        Start();
        await Poll.Until(() => _store.ReadOffsets(Topics.Labels).GetValueOrDefault(0) == 1);

        Assert.Equal("0", Topics.Header(Assert.Single(_topics.Read(Topics.DeadLetters, 1)), "origin.offset"));
        await Stop();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _running.Wait(Topics.Deadline);
        _letters.Dispose();
        _logs.Dispose();
        _store.Dispose();
        _topics.Dispose();
        _folder.Dispose();
        _stop.Dispose();
    }

    private void Start()
    {
        _source = new LabelSource(
            new KafkaOptions(), _topics.Address, new LabelReader(new TransactionLimits(), Guards.New(), TimeProvider.System), Guards.New(), _store,
            () => Interlocked.Increment(ref _woken), _letters, TimeProvider.System, NullLogger<LabelSource>.Instance);
        _running = Task.Factory.StartNew(
            () => _source.Run(_stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private async Task Stop()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Topics.Deadline);
        _stop.Dispose();
        _stop = new CancellationTokenSource();
    }

    private void Send(string id, string isFraud) => Send(
        $$"""{"transaction_id":"{{id}}","card_id":"card","terminal_id":"terminal","event_time":1700000000,"is_fraud":{{isFraud}}}""");

    private void Send(string value)
    {
        _topics.Send(Topics.Labels, "card", value);
        _topics.Flush();
    }

    private IEnumerable<LabelChange> Changes() => _store.ReadLabelJournal(0, 100).Select(static entry => entry.Change);

    private IEnumerable<string> Applied() =>
        Changes().Select(static change => $"{change.Label.TransactionId}{(change.FraudDelta > 0 ? "+1" : "-1")}");
}
