using Fraud.Model.History;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.FanOut;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.FanOut;

/// <summary>Commits whose outcome is unknown, on a real store whose answers get lost (rules 2 and 4 of docs/decisions/0011).</summary>
public sealed class GroupWriterTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LossyStore _store;
    private readonly StreamMetrics _metrics = new(TimeProvider.System);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<OpenShard> _fenced = [];
    private readonly CommitCursors _cursors = new();
    private readonly Dictionary<int, OpenShard> _open = [];
    private readonly GroupWriter _writer;

    public GroupWriterTests()
    {
        _store = new LossyStore(GraphHost.Sqlite(_folder));
        _store.Open();
        var options = new PersistenceOptions { RetryMin = TimeSpan.FromMilliseconds(1), RetryMax = TimeSpan.FromMilliseconds(2) };
        _writer = new GroupWriter(_store, options, _metrics, _fenced.Add, NullLogger<GroupWriter>.Instance, _stop.Token);
        Open(0);
        Open(1);
    }

    [Fact]
    public void Write_AnswerLost_IsFoundInTheHeadsAndNotWrittenAgain()
    {
        Write(FromHttp(Paid("stored", score: 0.75f)));
        _store.LoseAnswers = 1;

        var done = Write(FromHttp(Paid("new")), FromKafka(1, Paid("kafka", offset: 4)));

        Assert.Equal([(0, 2L), (1, 1L)], done.Select(static commit => (commit.Shard, commit.Sequence)));
        Assert.Equal(["stored", "new", "kafka"], _store.StoredIds());
        Assert.Equal(2, _store.Commits);
        Assert.Empty(_fenced);
    }

    [Fact]
    public void Write_NeverCarriedOut_IsWrittenAgainAsItWas()
    {
        _store.LoseCalls = 2;

        var done = Write(FromHttp(Paid("a")));

        Assert.Equal(["a"], _store.StoredIds());
        Assert.Equal(3, _store.Commits);
        Assert.Equal(Assert.Single(done).CommitId, _store.ReadHeads([0])[0].CommitId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // it took the shard while the outcome of our commit was unknown
    public void Write_AnotherHasAShard_IsFencedAndTheRestIsWritten(bool isAnswerLost)
    {
        var (lost, kept) = (Paid("lost"), Paid("kept", shard: 1));
        _store.BeforeCommit = (number, _) =>
        {
            if (number == 1)
            {
                _store.Claim(0, new NodeIdentity("other", ""));
            }
        };
        _store.LoseCalls = isAnswerLost ? 1 : 0;

        var done = Write(FromHttp(lost, kept));

        Assert.Equal([1], done.Select(static commit => commit.Shard));
        Assert.Equal((PaymentState.Fenced, PaymentState.Scored), (lost.State, kept.State));
        Assert.Equal([_open[0]], _fenced);
        Assert.True(_open[0].IsDropped);
        Assert.False(_open[1].IsDropped);
        Assert.Equal(["kept"], _store.StoredIds());
    }

    /// <summary>The page landed, and then another claimed the shard: it is the other's to answer for.</summary>
    [Fact]
    public void Write_AnswerLostAndTheShardClaimedSince_IsFencedThoughItsPageIsThere()
    {
        var payment = Paid("landed");
        _store.LoseAnswers = 1;
        _store.AfterCommit = () => _store.Claim(0, new NodeIdentity("other", ""));

        Assert.Empty(Write(FromHttp(payment)));

        Assert.Equal(PaymentState.Fenced, payment.State);
        Assert.Equal([_open[0]], _fenced);
        Assert.Equal(["landed"], _store.StoredIds());
    }

    [Fact]
    public void Write_StoppedWhileTheStoreIsAway_EndsAtOnce()
    {
        _store.LoseCalls = int.MaxValue;
        _store.BeforeCommit = (number, _) =>
        {
            if (number == 3)
            {
                _stop.Cancel();
            }
        };

        Assert.Throws<OperationCanceledException>(() => Write(FromHttp(Paid("a"))));

        Assert.Equal(3, _store.Commits);
    }

    public void Dispose()
    {
        _store.Dispose();
        _metrics.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    private void Open(int shard)
    {
        var cursor = CommitCursor.At(_store.Claim(shard, new NodeIdentity("one", "")));
        _cursors.Open(cursor);
        _open[shard] = new OpenShard(cursor, new Profile(new ProfileOptions(), 2).NewCards());
    }

    private IReadOnlyList<ShardCommit> Write(params IReadOnlyList<MicroBatch> batches)
    {
        var pages = batches.PagesOf(_cursors.Next(batches));
        var (done, _) = _writer.Write(batches, pages, shard => _open[shard]);
        _cursors.Move(done);
        return done;
    }

    /// <summary>Commits that do not arrive, or whose answers do not.</summary>
    private sealed class LossyStore(HookedStore store) : DelegatingStore(store)
    {
        public int LoseCalls { get; set; }

        public int LoseAnswers { get; set; }

        public Action AfterCommit { get; set; } = static () => { };

        public Action<int, IReadOnlyList<ShardPage>> BeforeCommit { get; set; } = static (_, _) => { };

        public int Commits { get; private set; }

        public override IReadOnlyList<int> Commit(IReadOnlyList<ShardPage> pages)
        {
            BeforeCommit(++Commits, pages);
            if (LoseCalls-- > 0)
            {
                throw new StoreUnavailableException("The call got lost, says the test.", new TimeoutException());
            }

            var missing = base.Commit(pages);
            AfterCommit();
            if (LoseAnswers-- <= 0)
            {
                return missing;
            }

            throw new StoreUnavailableException("The answer got lost, says the test.", new TimeoutException());
        }
    }
}
