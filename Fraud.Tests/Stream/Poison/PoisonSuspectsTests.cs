using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Poison;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Time.Testing;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Poison;

/// <summary>Which payment the graph fails with, learned from its failures alone (rule 19 of docs/decisions/0011).</summary>
public sealed class PoisonSuspectsTests
{
    private static readonly Exception Broken = new InvalidOperationException("broken by the test");

    private readonly FakeTimeProvider _time = new();
    private readonly PoisonSuspects _suspects;

    public PoisonSuspectsTests() => _suspects = Suspects.New(new PoisonOptions { MaxPayments = 8, MaxInRow = 3 }, _time);

    [Fact]
    public void Failed_OnceAndTwice_RunAloneFromTheSecondOn()
    {
        var batch = FromKafka(1, Coming(5), Coming(6));

        _suspects.Failed("score", Broken, [batch]);
        Assert.Equal(Suspicion.None, _suspects.Of(Coming(5)));

        _suspects.Failed("score", Broken, [batch]);
        Assert.Equal((Suspicion.Suspected, Suspicion.Suspected), (_suspects.Of(Coming(5)), _suspects.Of(Coming(6))));
        Assert.Equal(Suspicion.None, _suspects.Of(Coming(7)));
    }

    [Fact]
    public void Failed_AloneAfterThat_IsPoisonAndTheOthersAreNot()
    {
        Fail(2, FromKafka(1, Coming(5), Coming(6)));

        Fail(1, FromKafka(1, Coming(6)));

        Assert.Equal((Suspicion.Suspected, Suspicion.Poison), (_suspects.Of(Coming(5)), _suspects.Of(Coming(6))));
        Assert.Equal("it failed stage score 3 times, alone at last: InvalidOperationException", _suspects.WhyPoison(Coming(6)));
        Assert.Null(_suspects.WhyPoison(Coming(5)));
        Assert.Equal((1, 0), (_suspects.FromKafka, _suspects.OverHttp));
    }

    [Fact]
    public void Failed_AgainAndAgainWithOthers_NamesNobody()
    {
        Fail(5, FromKafka(1, Coming(5), Coming(6)));

        Assert.Equal((Suspicion.Suspected, Suspicion.Suspected), (_suspects.Of(Coming(5)), _suspects.Of(Coming(6))));
    }

    [Fact]
    public void Failed_AloneFromTheStart_IsPoisonAtTheThirdTime()
    {
        Fail(2, FromHttp(Coming("a")));
        Assert.Equal(Suspicion.Suspected, _suspects.Of(Coming("a")));

        Fail(1, FromHttp(Coming("a")));
        Assert.Equal(Suspicion.Poison, _suspects.Of(Coming("a")));
        Assert.Equal((0, 1), (_suspects.FromKafka, _suspects.OverHttp));
    }

    [Fact]
    public void Failed_ForAReasonThatIsNoPayments_SaysNothingOfThem()
    {
        Exception[] reasons =
        [
            new StoreUnavailableException("away", Broken), new ShardsFencedException([1]), new OperationCanceledException(), new OutOfMemoryException(),
        ];
        foreach (var reason in reasons)
        {
            for (var times = 0; times < 3; times++)
            {
                _suspects.Failed("persistence", reason, [FromKafka(1, Coming(5))]);
            }
        }

        Assert.Equal(Suspicion.None, _suspects.Of(Coming(5)));
    }

    [Fact]
    public void Stored_ThoseThatWereSuspected_AreSoNoLonger()
    {
        Fail(2, FromKafka(1, Coming(5), Coming(6)));

        _suspects.Stored([FromKafka(1, Paid("a", offset: 5))]);

        Assert.Equal((Suspicion.None, Suspicion.Suspected), (_suspects.Of(Coming(5)), _suspects.Of(Coming(6))));
    }

    [Fact]
    public void KeepsRecords_FromTheFindingOfPoisonToItsDeadLetter()
    {
        Fail(2, FromKafka(1, Coming(5), Coming(6)));
        Assert.False(_suspects.KeepsRecords);

        Fail(1, FromKafka(1, Coming(5)));
        Assert.True(_suspects.KeepsRecords);

        _suspects.Stored([FromKafka(1, Undecodable(1, 5))]);
        Assert.False(_suspects.KeepsRecords);
        Assert.Equal(Suspicion.None, _suspects.Of(Coming(5)));
    }

    [Fact]
    public void Failed_SoManyInARowWithNoneStored_NamesNoMoreUntilOnePasses()
    {
        for (var offset = 0; offset < 4; offset++)
        {
            Fail(3, FromKafka(1, Coming(offset)));
        }

        Assert.Equal((Suspicion.Poison, Suspicion.Suspected), (_suspects.Of(Coming(2)), _suspects.Of(Coming(3))));

        // Dead letters are no sign that the model works.
        _suspects.Stored([FromKafka(1, Undecodable(1, 0))]);
        Fail(1, FromKafka(1, Coming(3)));
        Assert.Equal(Suspicion.Suspected, _suspects.Of(Coming(3)));

        _suspects.Stored([FromKafka(1, Paid("passes", offset: 9))]);
        Fail(1, FromKafka(1, Coming(3)));
        Assert.Equal(Suspicion.Poison, _suspects.Of(Coming(3)));
    }

    [Fact]
    public void Of_LongAfterItFailed_IsForgotten()
    {
        Fail(3, FromHttp(Coming("a")));
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(Suspicion.Poison, _suspects.Of(Coming("a")));

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(Suspicion.None, _suspects.Of(Coming("a")));
    }

    [Fact]
    public void Failed_MoreThanAreRemembered_ForgetsThoseThatFailedLongestAgoAndNoPoison()
    {
        Fail(3, FromKafka(1, Coming(0)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Fail(2, FromKafka(1, Coming(1), Coming(2)));
        _time.Advance(TimeSpan.FromSeconds(1));

        Fail(2, FromKafka(1, [.. Enumerable.Range(3, 7).Select(static offset => Coming(offset))]));

        Assert.Equal(Suspicion.Poison, _suspects.Of(Coming(0)));
        Assert.Equal((Suspicion.None, Suspicion.None), (_suspects.Of(Coming(1)), _suspects.Of(Coming(2))));
        Assert.All(Enumerable.Range(3, 7), offset => Assert.Equal(Suspicion.Suspected, _suspects.Of(Coming(offset))));
    }

    [Fact]
    public void Of_OverHttpWithoutAnId_IsKnownByWhatItSays()
    {
        // The gate gives each its own id, and the time at which it came.
        Fail(1, FromHttp(WithoutId("first", amount: 5, atMs: 1_000)));
        Fail(2, FromHttp(WithoutId("second", amount: 5, atMs: 2_000)));

        Assert.Equal(Suspicion.Poison, _suspects.Of(WithoutId("third", amount: 5, atMs: 3_000)));
        Assert.Equal(Suspicion.None, _suspects.Of(WithoutId("first", amount: 6, atMs: 1_000)));
    }

    private void Fail(int times, MicroBatch batch)
    {
        for (var time = 0; time < times; time++)
        {
            _suspects.Failed("score", Broken, [batch]);
        }
    }

    private static Payment Coming(int offset) => Paid("p", offset, state: PaymentState.Received, shard: 1);

    private static Payment Coming(string id) => Paid(id, state: PaymentState.Received);

    private static Payment WithoutId(string given, long amount, long atMs)
    {
        var payment = Coming(given);
        payment.Transaction.Gaps = FieldGaps.TransactionId | FieldGaps.EventTime;
        payment.Transaction.AmountMinor = amount;
        payment.Transaction.EventTimeMs = atMs;
        return payment;
    }
}
