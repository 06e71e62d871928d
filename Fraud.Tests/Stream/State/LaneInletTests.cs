using Fraud.Model.History;
using Fraud.Stream.Batching;
using Fraud.Stream.Overload;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.State;

public sealed class LaneInletTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly InFlight _inFlight = new();
    private readonly MicroBatchPool _pool = new(batchCapacity: 4, maxIdle: 0);
    private readonly LaneInlet _inlet;
    private readonly IAsyncEnumerator<MicroBatch> _http;

    public LaneInletTests()
    {
        var overload = new OverloadOptions { QueueCapacity = 6 };
        var gate = new AdmissionGate(new LaneRouter(), new ShardRouter(1), new ShardDirectory(1), overload, _time);
        _inlet = new LaneInlet(_pool, overload, gate, _inFlight);
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

    private static ShardMarker Marker() => new(
        MarkerKind.Snapshot, new OpenShard(CommitCursor.At(ShardHead.New(0)), new Profile(new ProfileOptions(), 1).NewCards()), static _ => { });

    public async ValueTask DisposeAsync()
    {
        _inlet.Complete();
        await _http.DisposeAsync();
    }
}
