using System.Collections.Concurrent;
using System.Diagnostics;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Overload;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Overload;

public class AdmissionGateTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Lane _lane = new();
    private readonly ShardDirectory _directory = new(6);

    public AdmissionGateTests()
    {
        for (var shard = 0; shard < _directory.Shards; shard++)
        {
            _directory.SetOpen(shard, 1);
        }
    }

    [Fact]
    public void TryAdmit_QueueFull_RefusesUntilAnswersMakeRoom()
    {
        var gate = Open(capacity: 10);
        Assert.True(gate.TryAdmit("a", Payments(gate, 10)).IsAdmitted);

        var refused = gate.TryAdmit("a", Payments(gate, 1));
        Assert.Equal(new Admission(AdmissionOutcome.Full, TimeSpan.FromSeconds(1)), refused);
        gate.Answered(1);

        Assert.True(gate.TryAdmit("a", Payments(gate, 1)).IsAdmitted);
        Assert.Equal((10, 11L, 1L), (gate.InFlight, gate.Admitted, gate.Shed));
    }

    [Fact]
    public void TryAdmit_BatchLargerThanTheRoom_IsRefusedWhole()
    {
        var gate = Open(capacity: 10);
        Assert.True(gate.TryAdmit("a", Payments(gate, 8)).IsAdmitted);

        Assert.Equal(AdmissionOutcome.Full, gate.TryAdmit("a", Payments(gate, 3)).Outcome);

        Assert.Equal(8, _lane.Taken.Count);
        Assert.True(gate.TryAdmit("a", Payments(gate, 2)).IsAdmitted);
    }

    [Fact]
    public void TryAdmit_BatchAboveTheRate_IsRefusedWholeWithTheWaitAndHoldsNoRoom()
    {
        var gate = Open(capacity: 1_000, rate: 100, burst: 50);
        Assert.True(gate.TryAdmit("a", Payments(gate, 40)).IsAdmitted);

        var refused = gate.TryAdmit("a", Payments(gate, 30));

        Assert.Equal(new Admission(AdmissionOutcome.RateLimited, TimeSpan.FromMilliseconds(200)), refused);
        Assert.Equal((40, 30L, 40), (gate.InFlight, gate.RateLimited, _lane.Taken.Count));
        _time.Advance(refused.RetryAfter);
        Assert.True(gate.TryAdmit("a", Payments(gate, 30)).IsAdmitted);
        Assert.True(gate.TryAdmit("b", Payments(gate, 50)).IsAdmitted);
    }

    [Fact]
    public void TryAdmit_Refused_CostsTheClientNoTokens()
    {
        var gate = Open(capacity: 10, rate: 100, burst: 20);
        Assert.True(gate.TryAdmit("a", Payments(gate, 10)).IsAdmitted);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(AdmissionOutcome.Full, gate.TryAdmit("a", Payments(gate, 5)).Outcome);
        }

        gate.Answered(10);

        Assert.True(gate.TryAdmit("a", Payments(gate, 10)).IsAdmitted);
    }

    [Fact]
    public void TryAdmit_GateClosed_RefusesAndSaysWhenToComeBack()
    {
        var gate = Open(capacity: 10);
        gate.Close();

        var refused = gate.TryAdmit("a", Payments(gate, 2));

        Assert.Equal(new Admission(AdmissionOutcome.NotRunning, TimeSpan.FromSeconds(1)), refused);
        Assert.Equal((0, 2L), (gate.InFlight, gate.Shed));
    }

    [Fact]
    public void Open_WhileTheProcessEnds_LetsNothingIn()
    {
        var gate = Open(capacity: 10);
        gate.Shut();
        gate.Open();

        Assert.False(gate.IsOpen);
        Assert.Equal(AdmissionOutcome.NotRunning, gate.TryAdmit("a", Payments(gate, 1)).Outcome);
    }

    [Fact]
    public void TryAdmit_LanesGone_RefusesAndHoldsNoRoom()
    {
        var gate = Open(capacity: 10);
        _lane.Room = 0;

        Assert.Equal(AdmissionOutcome.NotRunning, gate.TryAdmit("a", Payments(gate, 3)).Outcome);

        Assert.Equal(0, gate.InFlight);
    }

    [Fact]
    public void TryAdmit_LanesGoInTheMiddleOfABatch_FailsTheRestSoThatEachPaymentHasItsOneReply()
    {
        var gate = Open(capacity: 10);
        _lane.Room = 2;
        var replies = Enumerable.Range(0, 5).Select(static _ => new Reply()).ToArray();
        var payments = Payments(gate, 5);
        for (var i = 0; i < payments.Length; i++)
        {
            payments[i].Reply = replies[i];
        }

        Assert.True(gate.TryAdmit("a", payments).IsAdmitted);

        Assert.Equal([0, 0, 1, 1, 1], replies.Select(static reply => reply.Failed));
        Assert.Equal(5, gate.InFlight);
    }

    [Fact]
    public void TryAdmit_SenderLeftOutTimeAndId_FillsThemInAndRoutesByCard()
    {
        var gate = Open(capacity: 10);
        var payments = Payments(gate, 2);
        payments[0].Transaction.CardId = ShortText.From("card-7");

        Assert.True(gate.TryAdmit("a", payments).IsAdmitted);

        var taken = _lane.Taken.ToArray();
        Assert.All(taken, payment => Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), payment.Transaction.EventTimeMs));
        Assert.NotEqual(taken[0].Transaction.Id, taken[1].Transaction.Id);
        Assert.Equal(new ShardRouter(6).ShardOf("card-7"u8), taken[0].Shard);
    }

    [Fact]
    public void TryAdmit_OpenShards_EnterUnderTheirGenerations()
    {
        var gate = Open(capacity: 10);
        var payments = Payments(gate, 10);
        payments[0].Transaction.CardId = ShortText.From("card-7");
        var shard = new ShardRouter(6).ShardOf("card-7"u8);
        _directory.SetOpen(shard, 42);

        Assert.True(gate.TryAdmit("a", payments).IsAdmitted);

        Assert.Equal(42, payments[0].Generation);
        Assert.All(_lane.Taken, payment => Assert.Equal(payment.Shard == shard ? 42 : 1, payment.Generation));
    }

    [Fact]
    public void TryAdmit_OneShardIsClosed_AdmitsNoneAndTakesNoRateAndHoldsNoRoom()
    {
        var gate = Open(capacity: 10, rate: 100, burst: 10);
        var payments = Payments(gate, 10);
        payments[7].Transaction.CardId = ShortText.From("card-7");
        _directory.SetClosed(new ShardRouter(6).ShardOf("card-7"u8), 1);

        var moved = gate.TryAdmit("a", payments);

        Assert.Equal(AdmissionOutcome.Moved, moved.Outcome);
        Assert.Empty(_lane.Taken);
        Assert.Equal((0, 0L), (gate.InFlight, gate.Shed));
        Assert.All(payments, static payment => Assert.Equal(ShardDirectory.Closed, payment.Generation));
        _directory.SetOpen(new ShardRouter(6).ShardOf("card-7"u8), 2);
        Assert.True(gate.TryAdmit("a", payments).IsAdmitted);
    }

    [Fact]
    public void TryAdmit_RefusedForAnotherReason_LeavesNoGenerationBehind()
    {
        var gate = Open(capacity: 10, rate: 100, burst: 1);
        Assert.True(gate.TryAdmit("a", Payments(gate, 1)).IsAdmitted);
        var payments = Payments(gate, 2);

        Assert.Equal(AdmissionOutcome.RateLimited, gate.TryAdmit("a", payments).Outcome);

        Assert.All(payments, static payment => Assert.Equal(ShardDirectory.Closed, payment.Generation));
    }

    [Fact]
    public void TryAdmit_ManyCallersWhileNobodyAnswers_EachHearsAtOnceAndTheBoundHolds()
    {
        var gate = Open(capacity: 100);
        var outcomes = new ConcurrentBag<AdmissionOutcome>();
        var started = Stopwatch.GetTimestamp();

        Parallel.For(0, 2_000, _ => outcomes.Add(gate.TryAdmit("a", Payments(gate, 1)).Outcome));

        Assert.Equal(100, outcomes.Count(static outcome => outcome == AdmissionOutcome.Admitted));
        Assert.Equal(1_900, outcomes.Count(static outcome => outcome == AdmissionOutcome.Full));
        Assert.Equal(100, gate.InFlight);
        // 1 ms each would be far too slow, and still within this.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    private AdmissionGate Open(int capacity, int rate = 0, int burst = 1)
    {
        var gate = new AdmissionGate(
            _lane,
            new ShardRouter(6),
            _directory,
            new OverloadOptions { QueueCapacity = capacity, RatePerSecond = rate, Burst = burst },
            _time);
        gate.Open();
        return gate;
    }

    private static Payment[] Payments(AdmissionGate gate, int count) => [.. Enumerable.Range(0, count).Select(_ => gate.Rent())];

    private sealed class Lane : ILaneIntake
    {
        public ConcurrentQueue<Payment> Taken { get; } = new();

        public int Room { get; set; } = int.MaxValue;

        public bool TryOffer(MicroBatch batch) => throw new NotSupportedException("The gate offers payments.");

        public bool TryOffer(Payment payment)
        {
            if (Taken.Count >= Room)
            {
                return false;
            }

            Taken.Enqueue(payment);
            return true;
        }
    }

    private sealed class Reply : IPaymentReply
    {
        public int Failed { get; private set; }

        public void Complete(Payment payment) => throw new InvalidOperationException("Nobody scored it.");

        public void Fail(Payment payment, Exception error) => Failed++;
    }
}
