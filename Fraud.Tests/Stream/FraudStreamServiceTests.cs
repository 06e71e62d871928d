using System.Globalization;
using Akka.Actor;
using Fraud.Stream.Overload;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream;

public sealed class FraudStreamServiceTests : IDisposable
{
    private const long Day = 86_400_000;
    private const long Start = 1_700_000_000_000;

    private readonly TempFolder _folder = new();
    private readonly Topics _topics = new(partitions: 2);

    [Fact]
    public async Task Run_StageThrowsAgainAndAgain_RestartsFromWhatIsStored()
    {
        using var store = GraphHost.Sqlite(_folder);
        store.BeforeCommit = static (number, _) =>
        {
            if (number is 2 or 3 or 5 or 6)
            {
                throw new InvalidOperationException("broken by the test");
            }
        };
        // It fails by chance, not with one payment: none must be taken for poison.
        await using var host = await new GraphHost(
            _topics, store, ("Batching:MaxBatchSize", "64"), ("Lifecycle:RestartMin", "00:00:00.050"), ("Poison:FailuresBeforeAlone", "100")).Start();
        for (var i = 0; i < 3_000; i++)
        {
            _topics.Send(Topics.Transactions, Card(i), Topics.Payment(Id(i), Card(i)));
        }

        _topics.Flush();

        await Poll.Until(() => store.Count().Results == 3_000);
        Assert.Equal(3_000, store.StoredIds().Distinct().Count());
        Assert.Equal(3_000, store.ReadOffsets(Topics.Transactions).Values.Sum());
        Assert.Equal(4, host.Log.Of(101).Count());
        Assert.All(host.Log.Of(101), static line => Assert.StartsWith("Stage persistence failed", line, StringComparison.Ordinal));
        Assert.Equal(4, host.Log.Of(102).Count());
    }

    [Fact]
    public async Task Run_StageThrowsWithCallersWaiting_AnswersEachOnceAndLeavesTheGateItsRoom()
    {
        using var store = GraphHost.Sqlite(_folder);
        using var admitted = new ManualResetEventSlim();
        var broken = true;
        store.BeforeCommit = (_, _) =>
        {
            if (Volatile.Read(ref broken))
            {
                admitted.Wait(Topics.Deadline);
                throw new InvalidOperationException("broken by the test");
            }
        };
        await using var host = await new GraphHost(
            _topics, store, ("Overload:QueueCapacity", "200"), ("Batching:MaxBatchSize", "8"), ("Batching:QueueCapacity", "1"),
            ("Lifecycle:RestartMin", "00:00:00.050")).Start();
        var answers = Enumerable.Range(0, 200).Select(i => host.Submit(Id(i), Card(i))).ToArray();
        Assert.All(answers, static answer => Assert.True(answer.Admission.IsAdmitted));
        Assert.Equal(AdmissionOutcome.Full, host.Submit("one more", "card-1").Admission.Outcome);

        admitted.Set();
        foreach (var answer in answers)
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => answer.Answered);
        }

        Assert.Equal(0, host.Gate.InFlight);
        Volatile.Write(ref broken, false);
        await host.Serves();
        // The callers try again, with the ids that they had.
        var again = Enumerable.Range(0, 200).Select(i => host.Submit(Id(i), Card(i))).ToArray();
        await Task.WhenAll(again.Select(static answer => answer.Answered));
        Assert.Equal(200, store.Count().Results);
    }

    [Fact]
    public async Task Stop_PaymentsInFlight_AnswersAndStoresAllThatWereAccepted()
    {
        using var store = GraphHost.Sqlite(_folder);
        store.BeforeCommit = static (_, _) => Thread.Sleep(20);
        var host = await new GraphHost(_topics, store, ("Batching:MaxBatchSize", "16"), ("Persistence:MaxGroupSize", "32")).Start();
        for (var i = 0; i < 500; i++)
        {
            _topics.Send(Topics.Transactions, Card(i), Topics.Payment(Id(i), Card(i)));
        }

        _topics.Flush();
        await Poll.Until(() => host.Source.RecordsRead > 100);
        var answers = Enumerable.Range(1_000, 300).Select(i => host.Submit(Id(i), Card(i))).ToArray();

        var stopping = host.Stop();
        await Poll.Until(() => !host.Gate.IsOpen);
        var refused = host.Submit("late", "card-1").Admission;
        await stopping;

        Assert.Equal(AdmissionOutcome.NotRunning, refused.Outcome);
        Assert.All(answers, static answer => Assert.True(answer.Admission.IsAdmitted));
        await Task.WhenAll(answers.Select(static answer => answer.Answered));
        var stored = store.StoredIds().ToHashSet();
        Assert.All(Enumerable.Range(1_000, 300), i => Assert.Contains(Id(i), stored));
        // What was read of Kafka and stored is exactly what the offsets say.
        Assert.Equal(stored.Count - 300, store.ReadOffsets(Topics.Transactions).Values.Sum());
        Assert.Equal(0, host.Gate.InFlight);

        // A host may ask again, and waits for nothing that has ended.
        await host.DisposeAsync();
        Assert.Single(host.Log.Of(103));
        Assert.Single(host.Log.Of(104));
        Assert.Empty(host.Log.Of(105));
    }

    [Fact]
    public async Task Stop_GraphFailsWhileItDrains_EndsWithoutWaitingForItsLimit()
    {
        using var store = GraphHost.Sqlite(_folder);
        using var stopping = new ManualResetEventSlim();
        store.BeforeCommit = (_, _) =>
        {
            stopping.Wait(Topics.Deadline);
            throw new InvalidOperationException("broken by the test");
        };
        await using var host = await new GraphHost(_topics, store).Start();
        var answer = host.Submit(Id(1), Card(1));
        await Poll.Until(() => store.Commits == 1);

        var stopped = host.Stop();
        await Poll.Until(() => !host.Gate.IsOpen);
        stopping.Set();
        await stopped;

        await Assert.ThrowsAsync<OperationCanceledException>(() => answer.Answered);
        Assert.Single(host.Log.Of(109));
        Assert.Empty(host.Log.Of(105));
    }

    [Fact]
    public async Task Stop_ActorSystemEndedByItself_WaitsForNoAnswerOfIt()
    {
        using var store = GraphHost.Sqlite(_folder);
        var host = await new GraphHost(_topics, store, ("Lifecycle:DrainTimeout", "00:10:00")).Start();
        await host.Get<ActorSystem>().Terminate();

        // As that of a node does that the others removed. Topics.Deadline is far below the drain's.
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Start_AfterARestart_GivesTheFeaturesThatItWouldHaveGivenWithoutOne()
    {
        using var elsewhere = new TempFolder();
        using var other = new Topics(partitions: 2);
        var through = await History(_topics, _folder, restarts: 0);
        var restarted = await History(other, elsewhere, restarts: 3);

        Assert.Equal(through, restarted);
        // The history is in it: the card's and the terminal's payments, and the fraud that was labelled too early.
        Assert.Equal((9f, 8f), (through[7], through[13]));
        Assert.Equal(1 / 8f, through[14]);
    }

    public void Dispose()
    {
        _topics.Dispose();
        _folder.Dispose();
    }

    private static async Task<float[]> History(Topics topics, TempFolder folder, int restarts)
    {
        using var store = GraphHost.Sqlite(folder);
        var host = await new GraphHost(topics, store).Start();
        topics.Send(Topics.Labels, "card-1", """{"transaction_id":"p-3","is_fraud":true}""");
        topics.Flush();
        await Poll.Until(() => store.Count().Labels == 1);
        for (var i = 0; i < 8; i++)
        {
            await host.Submit(Id(i), "card-1", "terminal-9", 1_000 + (i * 250), Start + (i * Day)).Answered;
            if (i % 2 == 1 && restarts-- > 0)
            {
                await host.DisposeAsync();
                host = await new GraphHost(topics, store).Start();
            }
        }

        // The label was completed by the commit of its payment; the histories count it from the label journal.
        await Poll.Until(() => host.Histories.Terminals.Labels == 1);
        var answer = await host.Submit("last", "card-1", "terminal-9", 5_000, Start + (20 * Day)).Answered;
        await host.DisposeAsync();
        return answer.Features;
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"p-{number}");

    private static string Card(int number) => string.Create(CultureInfo.InvariantCulture, $"card-{number % 97}");
}
