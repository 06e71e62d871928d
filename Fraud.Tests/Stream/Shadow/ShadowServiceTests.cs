using System.Collections.Concurrent;
using System.Globalization;
using Fraud.Model;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shadow;
using Fraud.Tests.Http;
using Fraud.Tests.Stream.Scoring;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Shadow;

/// <summary>Shadows and challengers in a whole graph, with its store.</summary>
public sealed class ShadowServiceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Stop_AfterPayments_StoresEveryComparisonAndReportsItAfterARestart()
    {
        const int Payments = 300;
        using var topics = new Topics(partitions: 2);
        using (var store = GraphHost.Sqlite(_folder))
        {
            await using var host = await Host(topics, store).Start();
            await Task.WhenAll(Enumerable.Range(0, Payments).Select(i => host.Submit(Id(i), Card(i)).Answered));
        }

        using var reopened = GraphHost.Sqlite(_folder);
        reopened.Open();
        reopened.CommitLabels("labels", 0, 1, [.. Enumerable.Range(0, 100).Select(static i => new Label(
            ShortText.From(Id(i)), ShortText.From(Card(i)), ShortText.From("terminal-1"), 1_700_000_000_000, i < 10))]);

        var report = ComparisonReport.Read(new ShadowQueries(reopened.Database), DateTimeOffset.UnixEpoch, null, null);

        Assert.Equal(["2", "3"], report.Comparisons.Select(static one => one.Version).Order());
        Assert.All(report.Comparisons, static one =>
        {
            Assert.Equal((Payments, "1", 1.0), (one.Payments, one.ChampionVersion, one.Disagreement));
            Assert.Equal((100L, 10L, 10L, 90L), (one.Labelled!.Payments, one.Labelled.Frauds, one.Labelled.OnlyCandidateRight, one.Labelled.OnlyChampionRight));
            Assert.Equal((Verdict.Worse, 0.1, 1.0), (one.Labelled.Verdict, one.Labelled.Candidate.Precision!.Value, one.Labelled.Candidate.Recall!.Value));
        });
        var split = new CardSplit("split", [0.3]);
        Assert.Equal(
            Enumerable.Range(0, Payments).Count(i => split.ArmOf(ShortText.From(Card(i)).Utf8) == 0),
            report.Comparisons.Single(static one => one.Version == "2").Decided);
    }

    [Fact]
    public async Task Split_AfterARestart_DecidesEachCardByTheSameModel()
    {
        var first = await VersionByCard("first");
        var second = await VersionByCard("second");

        Assert.Equal(first, second);
        Assert.Equal(["1", "2"], first.Values.Distinct().Order());
    }

    [Fact]
    public async Task Kafka_RecordWithColumns_IsScoredByTheModelThatTakesThem()
    {
        using var topics = new Topics(partitions: 2);
        using var store = GraphHost.Sqlite(_folder);
        var models = new ConcurrentDictionary<string, string>();
        store.BeforeCommit = (_, pages) =>
        {
            foreach (var payment in pages.Payments())
            {
                models[payment.Id] = payment.By.Model;
            }
        };
        await using var host = await new GraphHost(topics, store, ("Scoring:FeatureModel", FeatureListModel.Write(_folder))).Start();

        topics.Send(Topics.Transactions, "card-1", $$"""{"transaction_id":"list","card_id":"card-1","features":[{{string.Join(',', Enumerable.Repeat(0, 30))}}]}""");
        topics.Send(Topics.Transactions, "card-1", Topics.Payment("payment", "card-1"));
        topics.Flush();

        await Poll.Until(() => models.Count == 2);
        Assert.Equal(("creditcard", "payments"), (models["list"], models["payment"]));
    }

    private GraphHost Host(Topics topics, HookedStore store) => new(
        topics, store,
        ("Scoring:Model", LeafModel.Write(_folder, "1", -4)),
        ("Scoring:Challengers:0:Model", LeafModel.Write(_folder, "2", 0)),
        ("Scoring:Challengers:0:Share", "0.3"),
        ("Scoring:Shadows:0", LeafModel.Write(_folder, "3", 4)));

    private async Task<Dictionary<string, string>> VersionByCard(string run)
    {
        using var topics = new Topics(partitions: 2);
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await Host(topics, store).Start();
        var versions = new Dictionary<string, string>();
        foreach (var i in Enumerable.Range(0, 40))
        {
            versions[Card(i)] = (await host.Submit($"{run}-{i}", Card(i)).Answered).ModelVersion;
        }

        return versions;
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"p-{number}");

    private static string Card(int number) => string.Create(CultureInfo.InvariantCulture, $"card-{number}");
}
