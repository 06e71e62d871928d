using Fraud.Model.History;
using Fraud.Stream.Batching;
using Fraud.Stream.Overload;
using Fraud.Stream.Poison;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Tests.Stream.Poison;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.State;

public sealed class LaneInletTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly InFlight _inFlight = new();
    private readonly MicroBatchPool _pool = new(batchCapacity: 4, maxIdle: 0);
    private readonly PoisonSuspects _poison = Suspects.New();
    private readonly LaneInlet _inlet;
    private readonly IAsyncEnumerator<MicroBatch> _http;

    public LaneInletTests()
    {
        var overload = new OverloadOptions { QueueCapacity = 6 };
        var gate = new AdmissionGate(new OpenLanes(), new ShardRouter(1), new ShardDirectory(1), overload, _time);
        _inlet = new LaneInlet(_pool, overload, gate, _inFlight, _poison);
        _http = _inlet.HttpBatches().GetAsyncEnumerator();
    }

    [Fact]
    public async Task HttpBatches_SeveralWait_AreOneBatchUpToItsCapacityInTheirOrder()
    {
        var payments = Enumerable.Range(0, 6).Select(static i => new Payment { Shard = i }).ToArray();
        Assert.All(payments, payment => Assert.True(_inlet.TryOffer(payment)));

        Assert.True(await _http.MoveNextAsync());
        Assert.Equal(payments[..4], _http.Current.Payments.ToArray());
        Assert.True(await _http.MoveNextAsync());
        Assert.Equal(payments[4..], _http.Current.Payments.ToArray());
        Assert.Equal(2, _inFlight.Count);
    }

    [Fact]
    public async Task HttpBatches_NothingWaits_ComesWithTheNextPayment()
    {
        var next = _http.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);

        Assert.True(_inlet.TryOffer(new Payment()));

        Assert.True(await next.WaitAsync(Poll.Deadline));
        Assert.Equal(1, _http.Current.Count);
    }

    [Fact]
    public void TryOffer_Full_IsRefused()
    {
        Assert.All(Enumerable.Range(0, 6), _ => Assert.True(_inlet.TryOffer(new Payment())));
        Assert.False(_inlet.TryOffer(new Payment()));
    }

    [Fact]
    public async Task Complete_WhatWaits_GoesThroughAndNothingMoreComesIn()
    {
        Assert.True(_inlet.TryOffer(new Payment()));
        Assert.True(_inlet.TrySend(Marker()));

        _inlet.Complete();

        Assert.False(_inlet.TryOffer(new Payment()));
        Assert.False(_inlet.TrySend(Marker()));
        Assert.True(await _http.MoveNextAsync());
        Assert.Null(_http.Current.Marker);
        Assert.True(await _http.MoveNextAsync());
        Assert.NotNull(_http.Current.Marker);
        Assert.False(await _http.MoveNextAsync());
    }

    [Fact]
    public async Task TakeUnfinished_GraphNeverTookThem_GivesEachOnce()
    {
        Assert.All(Enumerable.Range(0, 5), _ => Assert.True(_inlet.TryOffer(new Payment())));
        Assert.True(await _http.MoveNextAsync());

        Assert.Single(_inlet.TakeUnfinished());
        Assert.Empty(_inlet.TakeUnfinished());
        Assert.Equal(4, Assert.Single(_inFlight.TakeAll()).Count);
        Assert.Empty(_inFlight.TakeAll());
    }

    [Fact]
    public async Task HttpBatches_OneThatGraphsFailedWith_IsABatchOfItsOwn()
    {
        Fail("suspect", times: 2);
        Assert.All((string[])["a", "suspect", "b", "c"], id => Assert.True(_inlet.TryOffer(StoredPayments.Paid(id))));

        var batches = new List<string>();
        for (var batch = 0; batch < 3; batch++)
        {
            Assert.True(await _http.MoveNextAsync());
            batches.Add(string.Join(' ', _http.Current.Payments.ToArray().Select(static payment => payment.Transaction.Id.ToString())));
            Assert.Equal(batch == 1, _http.Current.IsAlone);
        }

        Assert.Equal(["a", "suspect", "b c"], batches);
    }

    [Fact]
    public async Task HttpBatches_OneThatIsPoison_IsToldAndNotAmongThem()
    {
        Fail("poison", times: 3);
        var told = new TaskCompletionSource<Exception>();
        Assert.True(_inlet.TryOffer(StoredPayments.Paid("a")));
        Assert.True(_inlet.TryOffer(StoredPayments.Paid("poison", reply: new Refused(told))));
        Assert.True(_inlet.TryOffer(StoredPayments.Paid("b")));

        Assert.True(await _http.MoveNextAsync());

        Assert.Equal(["a", "b"], _http.Current.Payments.ToArray().Select(static payment => payment.Transaction.Id.ToString()));
        Assert.Same(PoisonedPaymentException.Instance, await told.Task);
    }

    private void Fail(string id, int times)
    {
        for (var time = 0; time < times; time++)
        {
            _poison.Failed("score", new InvalidOperationException("broken by the test"), [StoredPayments.FromHttp(StoredPayments.Paid(id))]);
        }
    }

    private static ShardMarker Marker() => new(
        MarkerKind.Snapshot, new OpenShard(CommitCursor.At(ShardHead.New(0)), new Profile(new ProfileOptions(), 1).NewCards()), static _ => { });

    public async ValueTask DisposeAsync()
    {
        _inlet.Complete();
        await _http.DisposeAsync();
    }

    private sealed class Refused(TaskCompletionSource<Exception> told) : IPaymentReply
    {
        public void Complete(Payment payment) => told.SetException(new InvalidOperationException("It was answered."));

        public void Fail(Payment payment, Exception error) => told.SetResult(error);
    }
}
