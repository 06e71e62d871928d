using System.Globalization;
using Fraud.Model;
using Fraud.Model.Registry;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Scoring;

/// <summary>Models of the 30 features go through the same graph as every other.</summary>
public sealed class CardModelFlowTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("creditcard")]
    [InlineData("creditcard-snn")]
    public async Task Score_PaymentsWithFeatures_AsTheManifestSays(string name)
    {
        using var topics = new Topics(partitions: 2);
        using var store = GraphHost.Sqlite(_folder);
        var folder = Path.Combine(Repository.Root, "models", name);
        await using var host = await new GraphHost(
            topics, store, ("Scoring:FeatureModel", folder), ("Scoring:ModelPollInterval", "01:00:00")).Start();
        var golden = ModelManifest.Read(Path.Combine(folder, "1")).Golden;

        // All at once, so that some share a model call.
        var answers = golden.Select((row, i) => Submit(host, i, [.. row.Inputs])).ToArray();

        for (var i = 0; i < golden.Count; i++)
        {
            Assert.Equal(golden[i].Score, (await answers[i].Answered).Score, 1e-5f);
        }
    }

    private static PendingAnswer Submit(GraphHost host, int number, float[] features)
    {
        var payment = host.Gate.Rent();
        payment.Transaction.Id = ShortText.From(string.Create(CultureInfo.InvariantCulture, $"p-{number}"));
        payment.Transaction.CardId = ShortText.From(string.Create(CultureInfo.InvariantCulture, $"card-{number}"));
        payment.Transaction.Currency = Currency.Euro;
        payment.Transaction.EventTimeMs = 1_700_000_000_000;
        // Columns without an amount: a feature list, which is the feature model's.
        payment.Transaction.HasPayload = true;
        features.CopyTo(payment.Transaction.Payload, 0);
        var answer = new PendingAnswer(host.Gate);
        payment.Reply = answer;
        answer.Admission = host.Gate.TryAdmit("test", [payment]);
        return answer;
    }
}
