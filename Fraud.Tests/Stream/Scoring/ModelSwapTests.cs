using System.Collections.Concurrent;
using System.Globalization;
using Fraud.Stream.Scoring;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Scoring;

public sealed class ModelSwapTests : IDisposable
{
    private readonly ModelVersions _versions = new();
    private readonly TempFolder _folder = new();

    [Fact]
    public void Swap_OldModelHeld_FreesItAfterItsLastHolderAndNotBefore()
    {
        var directory = new ModelDirectory(new ScoringOptions { Model = _versions.Folder });
        var first = directory.Load(_versions.PathOf(1));
        using var holder = new ModelHolder(first);
        var held = holder.Acquire();
        using (var scorer = held.Model.CreateScorer(1))
        {
            holder.Swap(directory.Load(_versions.Add(2)));

            Assert.Same(first, held);
            Assert.NotSame(first, holder.Current);
            scorer.SetRaw(0, [.. held.Model.Manifest.Golden[0].Inputs]);
            Assert.Equal(held.Model.Manifest.Golden[0].Score, scorer.Score(1)[0], 1e-4f);
        }

        held.Release();
        Assert.False(first.TryRetain());
    }

    [Fact]
    public async Task Swap_UnderLoad_NoOlderVersionScoresBehindANewerNoPaymentIsLostAndOldModelsAreFreed()
    {
        const int Swaps = 25;
        const int Payments = 6_000;
        using var topics = new Topics(partitions: 2);
        using var store = GraphHost.Sqlite(_folder);
        var mixed = 0;
        var seen = new ConcurrentDictionary<string, int>();
        store.BeforeCommit = (_, pages) =>
        {
            // A page has a lane's batches in their order: within one, no older version comes behind a newer one.
            foreach (var page in pages)
            {
                var before = 0;
                foreach (var (_, by) in new[] { page }.Payments())
                {
                    var version = int.Parse(by.Version, CultureInfo.InvariantCulture);
                    seen[by.Version] = 0;
                    mixed += version < before ? 1 : 0;
                    before = version;
                }
            }
        };
        await using var host = await new GraphHost(
            topics, store, ("Batching:MaxBatchSize", "32"), ("Scoring:Model", _versions.Folder), ("Scoring:ModelPollInterval", "01:00:00")).Start();
        var directory = host.Get<ModelDirectory>();
        var holder = host.Get<ModelHolder>();
        var old = new List<ServedModel>();

        // The feed runs through all swaps; each swap waits until the last one has scored something.
        var feeding = Task.Run(async () =>
        {
            for (var i = 0; i < Payments; i++)
            {
                topics.Send(Topics.Transactions, Card(i), Topics.Payment(string.Create(CultureInfo.InvariantCulture, $"p-{i}"), Card(i)));
                if (i % 200 == 199)
                {
                    topics.Flush();
                    var sent = i;
                    await Poll.Until(() => store.Count().Results > sent - 1_000);
                }
            }

            topics.Flush();
        });
        for (var version = 2; version < 2 + Swaps; version++)
        {
            var next = directory.Load(_versions.Add(version));
            old.Add(holder.Current);
            holder.Swap(next);
            if (!feeding.IsCompleted)
            {
                await Task.WhenAny(Poll.Until(() => seen.ContainsKey(next.ScoredBy.Version)), feeding);
            }
        }

        await feeding;
        await Poll.Until(() => store.Count().Results == Payments);
        Assert.Equal(0, mixed);
        Assert.Equal(Payments, host.Source.RecordsRead);
        Assert.InRange(seen.Count, 5, Swaps + 1);
        Assert.Empty(host.Log.Of(101));
        // One more payment moves the scoring thread on to the last model; nobody holds an older one then.
        var last = await host.Submit("last", "card-1").Answered;
        Assert.Equal((1 + Swaps).ToString(CultureInfo.InvariantCulture), last.ModelVersion);
        Assert.All(old, static model => Assert.False(model.TryRetain()));
    }

    [Fact]
    public async Task Watch_VersionsBrokenRepairedAndGone_ServesTheNewestGoodOne()
    {
        using var topics = new Topics(partitions: 2);
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await new GraphHost(
            topics, store, ("Scoring:Model", _versions.Folder), ("Scoring:ModelPollInterval", "00:00:00.100")).Start();
        var holder = host.Get<ModelHolder>();

        _versions.Add(2, broken: true);
        await Poll.Until(() => host.Log.Of(131).Any());
        Assert.Equal("1", (await host.Submit("a", "card-1").Answered).ModelVersion);

        // As when a copy completes after it was looked at.
        _versions.Add(2);
        await Poll.Until(() => holder.Current.ScoredBy.Version == "2");
        Assert.Equal("2", (await host.Submit("b", "card-1").Answered).ModelVersion);

        Directory.Move(_versions.Folder, _folder.File("gone"));
        await Task.Delay(TimeSpan.FromMilliseconds(250));
        Assert.Equal("2", (await host.Submit("c", "card-1").Answered).ModelVersion);
        Directory.Move(_folder.File("gone"), _versions.Folder);

        _versions.Add(3);
        await Poll.Until(() => holder.Current.ScoredBy.Version == "3");
        Assert.Equal("3", (await host.Submit("d", "card-1").Answered).ModelVersion);
    }

    public void Dispose()
    {
        _versions.Dispose();
        _folder.Dispose();
    }

    private static string Card(int number) => string.Create(CultureInfo.InvariantCulture, $"card-{number % 97}");
}
