using Fraud.Stream.Batching;

namespace Fraud.Tests.Stream.Batching;

public class MicroBatchTests
{
    private readonly MicroBatchPool _pool = new(batchCapacity: 2, maxIdle: 1);

    [Fact]
    public void Swap_FilledPayment_TakesItsPlaceAndHandsBackAnEmptyOne()
    {
        var batch = _pool.Rent();
        var filled = new Payment { Shard = 7 };

        var empty = batch.Swap(filled);

        Assert.NotSame(filled, empty);
        Assert.Same(filled, Assert.Single(batch.Payments.ToArray()));
    }

    [Fact]
    public void Swap_BatchFull_Throws()
    {
        var batch = _pool.Rent();
        batch.Swap(new Payment());
        batch.Swap(new Payment());

        Assert.True(batch.IsFull);
        Assert.Throws<InvalidOperationException>(() => batch.Swap(new Payment()));
    }

    [Theory]
    [InlineData(1, false, 1)]
    [InlineData(1, true, 100)]
    [InlineData(2, false, 2)]
    public void WeightOf_OnePaymentThatGraphsFailedWith_FillsWhatItIsIn(int payments, bool isSuspect, int weight)
    {
        var batch = _pool.Rent();
        for (var payment = 0; payment < payments; payment++)
        {
            batch.Swap(new Payment { IsSuspect = isSuspect });
        }

        Assert.Equal(weight, batch.WeightOf(100));
    }

    [Fact]
    public void Release_LastHolder_ReturnsTheBatchEmpty()
    {
        var batch = _pool.Rent();
        var payment = new Payment { Shard = 3, KafkaOffset = 9, State = PaymentState.Scored, Score = 1 };
        batch.Swap(payment);
        batch.KafkaPartition = 3;
        batch.Generation = 2;
        batch.Retain(2);

        batch.Release();
        batch.Release();
        Assert.Equal(1, batch.Count);
        batch.Release();

        Assert.Same(batch, _pool.Rent());
        Assert.Equal(0, batch.Count);
        Assert.False(batch.IsFromKafka);
        Assert.Equal(PaymentState.Received, payment.State);
        Assert.Equal(-1, payment.KafkaOffset);
        Assert.Equal(0, batch.Generation);
    }

    [Fact]
    public void Release_MoreOftenThanHeld_Throws()
    {
        var batch = _pool.Rent();
        batch.Release();

        Assert.Throws<InvalidOperationException>(batch.Release);
    }
}
