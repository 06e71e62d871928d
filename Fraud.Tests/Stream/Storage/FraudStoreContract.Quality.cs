using Fraud.Model;
using Fraud.Stream.Drift;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

public abstract partial class FraudStoreContract
{
    [Fact]
    public void Quality_Count_HoldsDecisionsAgainstLabelsByModel()
    {
        Commit([FromHttp(
            Paid("hit", decision: Decision.Block), Paid("false alarm", decision: Decision.Review), Paid("taken back", decision: Decision.Block),
            Paid("missed"), Paid("right"), Paid("other", model: "other"))]);
        Commit([FromHttp(Paid("other hit", decision: Decision.Review, model: "other"))]);
        Store.CommitLabels("labels", -1, 0, [Fraudulent("hit"), Fraudulent("missed"), Fraudulent("taken back"), Fraudulent("other hit"), Fraudulent("not stored")]);
        Store.CommitLabels("labels", -1, 0, [Fraudulent("taken back") with { IsFraud = false }, Fraudulent("right") with { IsFraud = false }]);
        // Labelled once more: still one fraud.
        Store.CommitLabels("labels", -1, 0, [Fraudulent("hit") with { IsFraud = false }]);
        Store.CommitLabels("labels", -1, 0, [Fraudulent("hit")]);

        var counts = Quality.Count(Later, 1_000);

        Assert.Equal(
            [new QualityCounts("other", "1", 2, 1, 1, 0), new QualityCounts("payments", "1", 5, 3, 1, 1)],
            counts);
    }

    [Fact]
    public void Quality_Count_TakesTheNewestThatAreOldEnough()
    {
        Commit([FromHttp([.. Enumerable.Range(0, 50).Select(static i => Paid($"p{i}", decision: i % 10 == 0 ? Decision.Block : Decision.Approve))])]);
        Store.CommitLabels("labels", -1, 0, [Fraudulent("p0"), Fraudulent("p40")]);

        Assert.Empty(Quality.Count(0, 1_000));
        Assert.Equal(new QualityCounts("payments", "1", 50, 5, 2, 0), Assert.Single(Quality.Count(Later, 1_000)));
        Assert.Equal(new QualityCounts("payments", "1", 20, 2, 1, 0), Assert.Single(Quality.Count(Later, 20)));
    }

    [Fact]
    public void Quality_NothingStored_IsNothing() => Assert.Empty(Quality.Count(Later, 1_000));

    private static long Later => DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds();

    private static Label Fraudulent(string id) => Bare(id) with { IsFraud = true };

    private QualityQueries Quality => new(Store.Database);
}
