using System.Globalization;
using System.Text;
using Fraud.Faults.Feed;
using Fraud.Model.Features;
using Fraud.Stream.Poison;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Poison;

/// <summary>A model that throws for one amount, in the whole engine: one payment is refused, and no other suffers (rule 19 of docs/decisions/0011).</summary>
public sealed class PoisonPaymentTests : IDisposable
{
    private const int Payments = 400;
    private const int Poison = 150;

    private readonly TempFolder _folder = new();
    private readonly TempFolder _model = new();
    private readonly Topics _topics = new(partitions: 2);

    [Fact]
    public async Task Run_RecordThatTheModelThrowsFor_IsADeadLetterAndAllOthersAreStoredOnce()
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await Start(store);
        for (var i = 0; i < Payments; i++)
        {
            _topics.Send(Topics.Transactions, Card(i), Record(i));
        }

        _topics.Flush();
        await Poll.Until(() => store.ReadOffsets(Topics.Transactions).Values.Sum() == Payments);

        var letter = Assert.Single(_topics.Read(Topics.DeadLetters, 1));
        Assert.Equal(("poison", "body"), (Topics.Header(letter, "reason"), Topics.Header(letter, "field")));
        Assert.StartsWith("it failed stage score 3 times, alone at last: ", Topics.Header(letter, "error"), StringComparison.Ordinal);
        Assert.Equal((Card(Poison), Record(Poison)), (Encoding.UTF8.GetString(letter.Key), Encoding.UTF8.GetString(letter.Value)));
        Assert.Equal(
            Enumerable.Range(0, Payments).Where(static i => i != Poison).Select(Id).Order(StringComparer.Ordinal),
            store.StoredIds().Order(StringComparer.Ordinal));
        // Twice among others, once alone.
        Assert.Equal(3, host.Log.Of(101).Count());
        Assert.Equal(1, host.Get<PoisonSuspects>().FromKafka);

        // Nothing of it is in its card's history.
        var next = await host.Submit("next", Card(Poison), atMs: 1_700_000_001_000).Answered;
        Assert.Equal(
            Enumerable.Range(0, Payments).Count(static i => i != Poison && Card(i) == Card(Poison)) + 1,
            next.Features[FeatureCatalog.IndexOf("card_count_1d")]);
        Assert.True(next.Features[FeatureCatalog.IndexOf("card_average_amount_1d")] < PoisonModel.Amount / Payments);
    }

    [Theory]
    [InlineData("Stored")]
    [InlineData("Scored")]
    public async Task Run_PaymentOverHttpThatTheModelThrowsFor_IsRefusedWhileOthersAreAnswered(string acknowledge)
    {
        using var store = GraphHost.Sqlite(_folder);
        await using var host = await Start(store, ("Persistence:Acknowledge", acknowledge));
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await host.Serves();
            var answer = host.Submit("poison", "card-1", amountMinor: PoisonModel.Amount * 100);
            Assert.True(answer.Admission.IsAdmitted);
            // At first only that the graph ended, at last that it is of no use to come back.
            var told = await Assert.ThrowsAnyAsync<Exception>(() => answer.Answered);
            Assert.Equal(attempt == 3, told is PoisonedPaymentException);
        }

        await host.Serves();
        await Assert.ThrowsAsync<PoisonedPaymentException>(
            () => host.Submit("poison", "card-1", amountMinor: PoisonModel.Amount * 100).Answered);
        var other = await host.Submit("other", "card-1").Answered;

        Assert.Equal(1, other.Features[FeatureCatalog.IndexOf("card_count_1d")]);
        Assert.Equal(3, host.Log.Of(101).Count());
        Assert.Equal(1, host.Get<PoisonSuspects>().OverHttp);
        Assert.Equal(0, host.Gate.InFlight);
        await Poll.Until(() => store.Count().Results == 1);
        Assert.Equal(["other"], store.StoredIds());
    }

    [Fact]
    public async Task Run_StoreRefusesOnePaymentAmongMany_IsADeadLetterAndAllOthersAreStoredOnce()
    {
        using var store = GraphHost.Sqlite(_folder);
        store.BeforeCommit = static (_, pages) =>
        {
            if (pages.Payments().Any(static payment => payment.Id == Id(Poison)))
            {
                throw new InvalidOperationException("broken by the test");
            }
        };
        await using var host = await Start(store);
        for (var i = 0; i < Payments; i++)
        {
            _topics.Send(Topics.Transactions, Card(i), Topics.Payment(Id(i), Card(i)));
        }

        _topics.Flush();
        await Poll.Until(() => store.ReadOffsets(Topics.Transactions).Values.Sum() == Payments);

        Assert.Equal(Payments - 1, store.StoredIds().Distinct(StringComparer.Ordinal).Count());
        var letter = Assert.Single(_topics.Read(Topics.DeadLetters, 1));
        Assert.StartsWith("it failed stage persistence ", Topics.Header(letter, "error"), StringComparison.Ordinal);
        Assert.Contains(Id(Poison), Encoding.UTF8.GetString(letter.Value), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _topics.Dispose();
        _model.Dispose();
        _folder.Dispose();
    }

    private Task<GraphHost> Start(HookedStore store, params (string Name, string Value)[] settings) => new GraphHost(
        _topics, store,
        [("Scoring:Model", PoisonModel.Write(_model.Path)), ("Batching:MaxBatchSize", "64"), ("Lifecycle:RestartMin", "00:00:00.050"), .. settings]).Start();

    private static string Record(int number) => Topics.Payment(
        Id(number), Card(number), amount: number == Poison ? PoisonModel.Amount.ToString(CultureInfo.InvariantCulture) : "12.50");

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"p-{number}");

    private static string Card(int number) => string.Create(CultureInfo.InvariantCulture, $"card-{number % 13}");
}
