using System.Globalization;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Stream.Journal;
using Fraud.Stream.Overload;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using SqliteConnection = Fraud.Stream.Storage.SqliteConnection;

namespace Fraud.Tests.Stream.ReadModel;

/// <summary>The whole graph while rows cannot be written, and repeats that only they find (rules 11, 15 and 17 of docs/decisions/0011).</summary>
public sealed class RowsBehindTests : IDisposable
{
    private const long Start = 1_700_000_000_000;
    private const long Day = 86_400_000;

    private readonly TempFolder _folder = new();
    private readonly Topics _topics = new(partitions: 2);

    public void Dispose()
    {
        _topics.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_RowsAreLocked_AnswersUpToTheBoundAndGoesOnOnceTheyAreWritten()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await new GraphHost(_topics, store, ("ReadModel:MaxBehind", "20"), ("Storage:BusyTimeout", "00:00:00.100")).Start();
        await host.Submit("before", "card-0").Answered;
        await Poll.Until(() => host.Get<ResultsFeed>().Lag.Payments == 0);
        var answered = 0;
        using (Locked())
        {
            while (host.Submit(Id(answered), Card(answered)) is { Admission.IsAdmitted: true } answer)
            {
                await answer.Answered;
                answered++;
            }

            // Each was a page of its own.
            Assert.Equal(20, answered);
            Assert.Equal(20, host.Get<ResultsFeed>().Lag.Payments);
            Assert.Equal(AdmissionOutcome.Full, host.Submit("refused", "card-1").Admission.Outcome);
            // Kafka's wait where they are.
            _topics.Send(Topics.Transactions, "card-1", Topics.Payment("kafka", "card-1"));
            _topics.Flush();
            await Poll.Until(() => host.Source.RecordsRead == 1);
            Assert.DoesNotContain("kafka", store.StoredIds());
            // They are answered as before, from the journal.
            var first = store.StoredIds().IndexOf(Id(0));
            Assert.True(first >= 0);
        }

        await Poll.Until(() => store.Count().Results == 22);
        Assert.Equal(0, host.Get<ResultsFeed>().Lag.Payments);
        await host.Submit("after", "card-1").Answered;
        Assert.Empty(host.Log.Of(101));
    }

    [Fact]
    public async Task Find_CommittedPaymentWhoseRowIsLocked_IsWaitedForAndOthersAreNot()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await new GraphHost(
            _topics, store, ("Storage:BusyTimeout", "00:00:00.100"), ("ReadModel:ReadWait", "00:00:00.200")).Start();
        var rows = host.Get<RowsToCome>();
        Task<StoredAnswer?> Ask(string id) => rows.Find(
            ShortText.From(id), () => Task.FromResult(store.Rows.ReadAnswer(ShortText.From(id))), static answer => answer is not null, CancellationToken.None);
        using (Locked())
        {
            await host.Submit("a", "card-1").Answered;

            await Assert.ThrowsAsync<StoreUnavailableException>(() => Ask("a"));
            Assert.Null(await Ask("unknown"));
        }

        await Poll.Until(() => !rows.IsToCome(ShortText.From("a")));
        Assert.NotNull(await Ask("a"));
    }

    /// <summary>It is answered with a score of its own, its row stays the first's, and histories count it once, in this life and the next.</summary>
    [Fact]
    public async Task Submit_SameIdAfterItWasForgotten_IsTakenBack()
    {
        using var store = GraphHost.Sqlite(_folder);
        var host = await Node(store);
        var first = await host.Submit("again", "card-1", "terminal-9", atMs: Start).Answered;
        for (var i = 0; i < 8; i++)
        {
            await host.Submit(Id(i), Card(i), "terminal-9", atMs: Start + i).Answered;
        }

        var second = await host.Submit("again", "card-1", "terminal-9", atMs: Start + 1_000).Answered;
        Assert.Equal((1f, 2f), (Count(first), Count(second)));
        await Poll.Until(() => store.TakenBack() == 1);

        Assert.Equal(2f, Count(await host.Submit("next", "card-1", "terminal-9", atMs: Start + 2_000).Answered));
        await host.DisposeAsync();
        await using var later = await Node(store);
        var after = await later.Submit("after", "card-1", "terminal-9", atMs: Start + (8 * Day)).Answered;

        // Both of the card's payments, and of the terminal all ten that are stored and older than the label delay.
        Assert.Equal(3f, after.Features[FeatureCatalog.IndexOf("card_count_30d")]);
        Assert.Equal(10f, after.Features[FeatureCatalog.IndexOf("terminal_count_7d")]);
        Assert.Equal(11, store.Count().Results);
        Assert.Equal(1, store.TakenBack());
    }

    /// <summary>It is answered and counted; who asks for it hears that its row was refused, and no one else notices.</summary>
    [Fact]
    public async Task Submit_RowIsRefused_OthersGoOnAndItsReadSaysSo()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await new GraphHost(_topics, store).Start();
        using (var connection = new SqliteConnection(new StorageOptions { SqliteFile = _folder.File("fraud.db") }))
        {
            connection.Execute("CREATE TRIGGER refuse BEFORE INSERT ON transactions WHEN new.transaction_id = 'poison' BEGIN SELECT RAISE(ABORT, 'no'); END");
        }

        await host.Submit("poison", "card-1", atMs: Start).Answered;
        var next = await host.Submit("next", "card-1", atMs: Start + 1_000).Answered;

        Assert.Equal(2f, Count(next));
        var feed = host.Get<ResultsFeed>();
        await Poll.Until(() => feed.Refused.Parked == 1 && feed.Lag.Payments == 0);
        await Assert.ThrowsAsync<RowRefusedException>(() => host.Get<RowsToCome>().Find(
            ShortText.From("poison"), () => Task.FromResult(false), static found => found, CancellationToken.None));
        Assert.NotNull(store.Rows.ReadAnswer(ShortText.From("poison")));
        Assert.NotNull(store.Rows.ReadAnswer(ShortText.From("next")));
        Assert.Equal(1, store.Count().Results);
        // Of the results reader none ended.
        Assert.Empty(host.Log.Of(101));
        Assert.Single(host.Log.Of(149));
    }

    private static float Count(ScoredAnswer answer) => answer.Features[FeatureCatalog.IndexOf("card_count_1d")];

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"p-{number}");

    private static string Card(int number) => string.Create(CultureInfo.InvariantCulture, $"other-{number}");

    private async Task<GraphHost> Node(HookedStore store) => await new GraphHost(_topics, store, ("Profile:RecentIdsPerShard", "2")).Start();

    /// <summary>No one else writes rows until it is disposed of.</summary>
    private SqliteConnection Locked()
    {
        var connection = new SqliteConnection(new StorageOptions { SqliteFile = _folder.File("fraud.db") });
        connection.Execute("BEGIN IMMEDIATE");
        return connection;
    }
}
