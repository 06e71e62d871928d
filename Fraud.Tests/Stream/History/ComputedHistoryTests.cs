using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Model.Training;
using Fraud.Stream.FanOut;
using Fraud.Stream.History;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;
using Fraud.Tests.Model.Training;
using Fraud.Tests.Stream.Retraining;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.History;

public sealed class ComputedHistoryTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "models", "payments", "1");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_AllOfAStore_HasTheFeaturesThatWereKept()
    {
        using var store = Filled();

        var read = All(store, 0);

        Assert.True(read.Count > 10_000);
        Assert.All(read, static payment => AssertSame(payment.Stored.Features, payment.Features));
        Assert.All(
            (string[])["card_count_30d", "terminal_fraud_streak", "card_unusual_amounts_14d", "terminal_fraud_share_30d", "card_known_frauds_7d"],
            name => Assert.Contains(read, payment => payment.Features[FeatureCatalog.IndexOf(name)] != 0));
    }

    [Fact]
    public void Read_FromADayOn_LooksBackAsFarAsTheFeaturesDo()
    {
        using var store = Filled();
        var day = Ms(new DateOnly(2018, 5, 25));

        var read = All(store, day);

        Assert.NotEmpty(read);
        Assert.All(read, payment => Assert.True(payment.Stored.EventTimeMs >= day));
        Assert.All(read, static payment => AssertSame(payment.Stored.Features, payment.Features));
        // 44 days before it there was more, and it is not read.
        Assert.True(day - (44 * 86_400_000L) > Ms(new DateOnly(2018, 4, 1)));
    }

    [Fact]
    public void Of_OnePayment_EqualsWhatTheWholeHistoryGives()
    {
        using var store = Filled();
        var computed = new ComputedHistory(store, new ProfileOptions());
        var payments = All(store, 0).Where(static (_, i) => i % 1_499 == 0).ToList();

        Assert.True(payments.Count > 5);
        Assert.All(payments, payment => AssertSame(payment.Features, computed.Of(store.History.Find(payment.Stored.TransactionId)!)));
        Assert.Null(store.History.Find("unknown"));
    }

    [Fact]
    public void Read_LabelThatCameLate_IsKnownToThePaymentsBehindItAlone()
    {
        var time = new FakeTimeProvider(July);
        using var store = StoreFactory.Create(FilledStore.Options(_folder), "transactions", time);
        store.Open();
        var owned = new OwnedShards(store, 1).Claim(0);
        Commit("fraud", July);
        Commit("before", July.AddDays(10));
        time.Advance(TimeSpan.FromHours(1));
        store.CommitLabels("labels", 0, 1, [Known("fraud", isFraud: true) with { TerminalId = ShortText.From("t"), CardId = ShortText.From("c") }]);
        Commit("after", July.AddDays(11));

        var read = All(store, 0);

        Assert.Equal(["fraud", "before", "after"], read.Select(static payment => payment.Stored.TransactionId));
        Assert.Equal([0f, 0f, 1f], read.Select(static payment => payment.Features[FeatureCatalog.IndexOf("terminal_known_frauds_21d")]));
        Assert.Equal([true, null, null], read.Select(static payment => payment.Stored.IsFraud));

        void Commit(string id, DateTimeOffset at)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            owned.Commit(new GroupPages(new FeatureSample(0), time), FromHttp(Paid(id, card: "c", terminal: "t", at: at)));
        }
    }

    [Fact]
    public void Read_Cancelled_Stops()
    {
        using var store = Filled();
        using var stop = new CancellationTokenSource();
        var computed = new ComputedHistory(store, new ProfileOptions());

        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => computed.Read(0, long.MaxValue, null, stop.Token).Count());
    }

    private static List<ComputedPayment> All(IFraudStore store, long fromMs) =>
        [.. new ComputedHistory(store, new ProfileOptions()).Read(fromMs, long.MaxValue, null, CancellationToken.None)];

    private static long Ms(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static void AssertSame(float[] expected, float[] actual) => Assert.Equal(
        expected.Select(BitConverter.SingleToInt32Bits), actual.Select(BitConverter.SingleToInt32Bits));

    private IFraudStore Filled()
    {
        var store = FilledStore.Open(_folder);
        FilledStore.Fill(store, RetrainingRunTests.Rows(), Shipped);
        return store;
    }
}
