using System.Globalization;
using Fraud.Stream.Ingest;
using Fraud.Stream.Kafka;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Ingest;

/// <summary>A store that is slower than Kafka: backpressure all the way to the consumer, which stays in its group.</summary>
[Collection(AloneCollection.Name)]
public sealed class SlowStoreTests : IDisposable
{
    private const int Payments = 12_000;
    private const int BatchSize = 64;
    private const int QueueCapacity = 2;
    private const int GroupSize = 128;

    // What may be between Kafka and the store, in full batches. For each of two lanes: held by the consumer and one poll beyond
    // it, the queue, one kept back, and one in each place from there to the merge of the lanes (merge, features and what
    // waits for them, grouping and what it looked at, scoring and what waits for it, the merge). Behind it groups: growing, waiting,
    // in commit, committed and not counted yet.
    private const int MostInside = (2 * (ConsumerLoop.MostHeldBatches + 1 + QueueCapacity + 2 + 8) * BatchSize) + BatchSize + (4 * GroupSize);

    private readonly TempFolder _folder = new();
    private readonly Topics _topics = new(partitions: 2);

    [Fact]
    public async Task Run_StoreSlowerThanKafka_PausesKeepsItsPartitionsAndStoresEachPaymentOnce()
    {
        using var store = GraphHost.Sqlite(_folder);
        // Far longer than the session timeout of 2 s, in the middle; 200 ms for each other commit until the feed is in.
        var stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var fast = new ManualResetEventSlim();
        var mostInCommit = 0;
        store.BeforeCommit = (number, pages) =>
        {
            mostInCommit = Math.Max(mostInCommit, pages.Payments().Count());
            if (number == 5)
            {
                stalled.SetResult();
                Thread.Sleep(TimeSpan.FromSeconds(5));
            }
            else
            {
                fast.Wait(TimeSpan.FromMilliseconds(200));
            }
        };
        await using var host = await new GraphHost(
            _topics,
            store,
            ("Batching:MaxBatchSize", BatchSize.ToString(CultureInfo.InvariantCulture)),
            ("Batching:QueueCapacity", QueueCapacity.ToString(CultureInfo.InvariantCulture)),
            ("Persistence:MaxGroupSize", GroupSize.ToString(CultureInfo.InvariantCulture))).Start();
        for (var i = 0; i < Payments; i++)
        {
            _topics.Send(Topics.Transactions, Card(i), Topics.Payment(Id(i), Card(i)));
        }

        _topics.Flush();
        await stalled.Task.WaitAsync(Topics.Deadline);
        await Poll.Until(() => host.Source.PausedPartitions == 2);
        var assigned = host.Log.Of(230).ToArray();
        Assert.NotEmpty(assigned);
        var memory = GC.GetTotalMemory(forceFullCollection: true);

        // Through the stall and some slow commits: everything stands, bounded.
        await Poll.Until(() => store.Commits >= 10);

        // Each commit frees a place, which is filled at once.
        await Poll.Until(() => host.Source.PausedPartitions == 2);
        Assert.InRange(host.Source.RecordsRead - store.Count().Results, 1, MostInside);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 4 << 20);
        Assert.InRange(mostInCommit, 1, GroupSize);
        Assert.Equal(SourceState.Running, host.Source.State);
        fast.Set();

        await Poll.Until(() => store.Count().Results == Payments);
        await Poll.Until(() => host.Source.PausedPartitions == 0);
        Assert.Equal((Payments, 0L), (host.Source.RecordsRead, host.Source.RecordsMissing));
        Assert.Equal(Payments, store.Journal().Select(static entry => entry.TransactionId).Distinct().Count());
        // Assigned at the start, and none taken away.
        Assert.Equal(assigned, host.Log.Of(230));
        Assert.Empty(host.Log.Of(231));
        Assert.Equal(Payments, store.ReadOffsets(Topics.Transactions).Values.Sum());
    }

    [Fact]
    public async Task Stop_PartitionsPaused_DrainsWhatWasAcceptedWithoutWaitingForTheRest()
    {
        using var store = GraphHost.Sqlite(_folder);
        // Well above the tenth of a second for which a full lane is given to go on without a pause.
        store.BeforeCommit = static (_, _) => Thread.Sleep(250);
        var host = await new GraphHost(_topics, store, ("Batching:MaxBatchSize", "16"), ("Batching:QueueCapacity", "1"),
            ("Persistence:MaxGroupSize", "64")).Start();
        for (var i = 0; i < 4_000; i++)
        {
            _topics.Send(Topics.Transactions, Card(i), Topics.Payment(Id(i), Card(i)));
        }

        _topics.Flush();
        await Poll.Until(() => host.Source.PausedPartitions == 2);
        var started = TimeProvider.System.GetTimestamp();

        await host.Stop();

        // The source's own deadline for a drain is 20 s; nothing is left to wait for.
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Single(host.Log.Of(104));
        Assert.Empty(host.Log.Of(204));
        // Their rows may be left to the next start: shards that were closed before their first commit was done are not followed here.
        var stored = store.Journal().Count;
        Assert.InRange(stored, 1, 3_999);
        Assert.Equal(stored, store.ReadOffsets(Topics.Transactions).Values.Sum());
        await host.DisposeAsync();

        store.BeforeCommit = static (_, _) => { };
        await using var next = await new GraphHost(_topics, store).Start();
        await Poll.Until(() => store.Count().Results == 4_000);
        Assert.Equal(4_000 - stored, next.Source.RecordsRead);
    }

    public void Dispose()
    {
        _topics.Dispose();
        _folder.Dispose();
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"p-{number}");

    private static string Card(int number) => string.Create(CultureInfo.InvariantCulture, $"card-{number % 97}");
}
