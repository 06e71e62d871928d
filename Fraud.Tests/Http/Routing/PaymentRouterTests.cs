using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Fraud.Http.Routing;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;
using Fraud.Tests.Stream.Kafka;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Routing;

/// <summary>Attempts of a front door at payments of shards that are elsewhere, on the way, or nowhere (rules 14 and 20).</summary>
public sealed class PaymentRouterTests : TestKit
{
    private readonly RoutingParts _parts;
    private readonly TestProbe _region;

    public PaymentRouterTests()
        : base(PartitionsHost.TestKit)
    {
        _parts = new RoutingParts(Sys);
        _region = CreateTestProbe();
        _parts.Region.Set(_region);
    }

    protected override void AfterAll()
    {
        _parts.Dispose();
        base.AfterAll();
    }

    [Fact]
    public async Task Score_OwnerAnswers_IsItsAnswerWithItsName()
    {
        var scoring = _parts.Score(_parts.Payment(2, "sent"), _parts.Payment(4, "other"));

        Answer(await Message(), RouteOutcome.Scored);
        Answer(await Message(), RouteOutcome.WrongInput);
        var scored = await scoring;

        Assert.Equal(RouteOutcome.Scored, scored[0].Outcome);
        Assert.Equal(("sent", "owner", 0.25f), (scored[0].Answer.TransactionId.ToString(), scored[0].Answer.Node, scored[0].Answer.Score));
        Assert.Equal(["amount"], scored[0].Answer.Reasons);
        Assert.Equal(RouteOutcome.WrongInput, scored[1].Outcome);
        await Poll.Until(() => _parts.Senders.InFlight == 0);
    }

    [Fact]
    public async Task Score_MovedThenAnswered_IsSentAgainAfterAPauseWithTheSameIdAndTime()
    {
        var payment = _parts.Payment(2);
        var time = payment.Transaction.EventTimeMs;
        var started = _parts.Time.GetTimestamp();
        var scoring = _parts.Score(payment);
        Answer(await Message(), RouteOutcome.Misrouted);
        await Poll.Until(() => _parts.Metrics.OwnerWaits == 1);

        var again = await MessageLater();
        Assert.True(_parts.Time.GetElapsedTime(started) >= PaymentAttempts.Interval);
        var read = Assert.Single(_parts.Read(again, out _)).Payment!.Transaction;
        Assert.Equal(("id", time), (read.Id.ToString(), read.EventTimeMs));
        Answer(again, RouteOutcome.Scored);
        Assert.Equal(RouteOutcome.Scored, (await scoring)[0].Outcome);
        Assert.Equal(0, _parts.Metrics.OwnerWaits);
    }

    [Theory]
    [InlineData(RouteOutcome.Full)]
    [InlineData(RouteOutcome.NotRunning)]
    [InlineData(RouteOutcome.Unfinished)]
    public async Task Score_OwnerRefuses_IsAskedAgain(object refusal)
    {
        var scoring = _parts.Score(_parts.Payment(2));
        Answer(await Message(), (RouteOutcome)refusal);

        Answer(await MessageLater(), RouteOutcome.Scored);

        Assert.Equal(RouteOutcome.Scored, (await scoring)[0].Outcome);
    }

    [Fact]
    public async Task Score_OwnerIsSilent_IsAskedAgainAndTheFirstAnswerCountsWhicheverItAnswers()
    {
        var scoring = _parts.Score(_parts.Payment(2));
        var first = await Message();
        _parts.Time.Advance(PaymentAttempts.Silence - TimeSpan.FromMilliseconds(1));
        await _region.ExpectNoMsgAsync(TimeSpan.Zero);
        var second = await MessageLater();

        Answer(first, RouteOutcome.Scored);

        var scored = await scoring;
        Assert.Equal(RouteOutcome.Scored, scored[0].Outcome);
        // The other answer finds nobody.
        Answer(second, RouteOutcome.WrongInput);
        await Poll.Until(() => _parts.Senders.InFlight == 0);
        Assert.Equal(RouteOutcome.Scored, scored[0].Outcome);
    }

    [Fact]
    public async Task Score_MovedForAnEarlierAttempt_SaysNothingOfThePresentOne()
    {
        var scoring = _parts.Score(_parts.Payment(2));
        var first = await Message();
        var second = await MessageLater();

        Answer(first, RouteOutcome.Misrouted);
        await Poll.Until(() => _parts.Senders.InFlight == 1);
        _parts.Time.Advance(2 * PaymentAttempts.Interval);
        await _region.ExpectNoMsgAsync(TimeSpan.Zero);

        Answer(second, RouteOutcome.Scored);
        Assert.Equal(RouteOutcome.Scored, (await scoring)[0].Outcome);
    }

    [Fact]
    public async Task Score_OwnerStaysSilent_IsLateAtTheDeadlineAndFreesItsRoom()
    {
        using var parts = Parts(RoutingParts.ShortDeadline);
        var started = parts.Time.GetTimestamp();
        var scoring = parts.Score(parts.Payment(2));
        await Message();

        await parts.Until(() => scoring.IsCompleted);

        Assert.Equal(RouteOutcome.Late, (await scoring)[0].Outcome);
        Assert.True(parts.Time.GetElapsedTime(started) >= RoutingParts.ShortDeadline);
        await parts.Until(() => parts.Senders.InFlight == 0);
    }

    [Fact]
    public async Task Score_RegionDies_IsToldToAskAgainAndHoldsNoRoom()
    {
        using var parts = Parts(RoutingParts.ShortDeadline);
        Sys.Stop(_region);
        await ExpectTerminatedOf(_region);
        var scoring = parts.Score(parts.Payment(2));

        await parts.Until(() => scoring.IsCompleted);

        Assert.Equal(RouteOutcome.Late, (await scoring)[0].Outcome);
        await parts.Until(() => parts.Senders.InFlight == 0);
    }

    [Fact]
    public async Task Score_MovedUntilTheDeadline_SaysThatNobodyServesIt()
    {
        var deadline = TimeSpan.FromSeconds(10);
        using var parts = Parts(deadline);
        var scoring = parts.Score(parts.Payment(2));
        var attempts = 0;
        while (!scoring.IsCompleted)
        {
            await parts.Until(() => _region.HasMessages || scoring.IsCompleted);
            if (_region.HasMessages)
            {
                attempts++;
                Answer(parts, await Message(), RouteOutcome.Misrouted);
                await Poll.Until(() => parts.Metrics.OwnerWaits == 1 || scoring.IsCompleted);
            }
        }

        Assert.Equal(RouteOutcome.Misrouted, (await scoring)[0].Outcome);
        Assert.InRange(attempts, 2, deadline / PaymentAttempts.Interval);
    }

    [Fact]
    public async Task Score_ShardOpensHereInBetween_GoesIntoThisNodesGraph()
    {
        var scoring = _parts.Score(_parts.Payment(2, "here"));
        Answer(await Message(), RouteOutcome.Misrouted);
        await Poll.Until(() => _parts.Metrics.OwnerWaits == 1);

        _parts.Directory.SetOpen(2, 7);

        var taken = await Taken();
        Assert.Equal(("here", 7L), (taken.Transaction.Id.ToString(), taken.Generation));
        Complete(taken);
        var scored = (await scoring)[0];
        Assert.Equal(RouteOutcome.Scored, scored.Outcome);
        Assert.Null(scored.Answer.Node);
    }

    [Fact]
    public async Task Score_ShardIsTakenAwayUnderWay_IsScoredByItsNextOwner()
    {
        _parts.Directory.SetOpen(2, 7);
        var scoring = _parts.Score(_parts.Payment(2, "fenced"));
        var taken = await Taken();

        _parts.Directory.SetClosed(2, 7);
        taken.Reply!.Fail(taken, new ShardsFencedException([2]));
        // The graph uses it again.
        taken.Clear();

        var message = await MessageLater();
        var read = Assert.Single(_parts.Read(message, out _)).Payment!;
        Assert.Equal(("fenced", 1_250L, 0L), (read.Transaction.Id.ToString(), read.Transaction.AmountMinor, read.Generation));
        Answer(message, RouteOutcome.Scored);
        Assert.Equal("owner", (await scoring)[0].Answer.Node);
        Assert.Equal(0, _parts.Gate.InFlight);
    }

    [Fact]
    public async Task Score_ThisNodesGraphRefuses_IsTriedAgainAfterAPause()
    {
        _parts.Directory.SetOpen(2, 7);
        _parts.Gate.Close();
        var scoring = _parts.Score(_parts.Payment(2));
        await Poll.Until(() => _parts.Metrics.OwnerWaits == 1);
        Assert.Equal(1, _parts.Gate.Shed);

        _parts.Gate.Open();
        await _parts.Until(() => !_parts.Lane.Taken.IsEmpty);

        Complete(await Taken());
        Assert.Equal(RouteOutcome.Scored, (await scoring)[0].Outcome);
        await _region.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Score_NodeAloneDrains_IsRefusedAtOnce()
    {
        _parts.Region.Clear();
        _parts.Directory.SetOpen(2, 7);
        _parts.Gate.Close();

        var scoring = _parts.Score(_parts.Payment(2));

        Assert.Equal(RouteOutcome.NotRunning, (await scoring)[0].Outcome);
    }

    [Fact]
    public async Task Score_SeveralShards_OneThatIsSlowHoldsNoOtherUp()
    {
        _parts.Directory.SetOpen(1, 1);
        var scoring = _parts.Score(_parts.Payment(1, "here"), _parts.Payment(2, "slow"), _parts.Payment(3, "moves"));
        var messages = new[] { await Message(), await Message() }.ToDictionary(static message => message.Shard);

        Answer(messages[3], RouteOutcome.Misrouted);
        var again = await MessageLater();
        Assert.Equal(3, again.Shard);
        Answer(again, RouteOutcome.Scored);
        Complete(await Taken());
        Assert.False(scoring.IsCompleted);
        Answer(messages[2], RouteOutcome.Scored);

        Assert.All(await scoring, static payment => Assert.Equal(RouteOutcome.Scored, payment.Outcome));
    }

    [Fact]
    public async Task Score_NodeAlone_WaitsForItsShardToOpen()
    {
        _parts.Region.Clear();
        var scoring = _parts.Score(_parts.Payment(2));
        await Poll.Until(() => _parts.Metrics.OwnerWaits == 1);

        _parts.Directory.SetOpen(2, 1);

        Complete(await Taken());
        Assert.Equal(RouteOutcome.Scored, (await scoring)[0].Outcome);
    }

    [Fact]
    public async Task Score_NodeAloneAndShardStaysClosed_IsRefusedAfterTheWaitForAnOwner()
    {
        _parts.Region.Clear();
        var started = _parts.Time.GetTimestamp();
        var scoring = _parts.Score(_parts.Payment(2));
        await Poll.Until(() => _parts.Metrics.OwnerWaits == 1);

        await _parts.Until(() => scoring.IsCompleted);

        Assert.Equal(RouteOutcome.NoOwner, (await scoring)[0].Outcome);
        Assert.InRange(_parts.Time.GetElapsedTime(started), new ClusterOptions().OwnerWait, RoutingParts.LongDeadline / 2);
    }

    [Fact]
    public async Task Score_CallersDeadline_EndsTheAttemptsAndGoesAlong()
    {
        var started = _parts.Time.GetTimestamp();
        var payment = _parts.Payment(2);
        payment.Deadline = _parts.Time.GetTimestamp() + (_parts.Time.TimestampFrequency / 2);
        var scoring = _parts.Score(payment);

        var read = Assert.Single(_parts.Read(await Message(), out _));
        Assert.Equal(payment.Deadline, read.Payment!.Deadline);
        await _parts.Until(() => scoring.IsCompleted);

        Assert.Equal(RouteOutcome.Late, (await scoring)[0].Outcome);
        Assert.InRange(_parts.Time.GetElapsedTime(started), TimeSpan.FromSeconds(0.5), RoutingParts.LongDeadline / 2);
    }

    [Fact]
    public async Task Score_CallerLeaves_WhatStillWaitsIsNotSent()
    {
        using var leaving = new CancellationTokenSource();
        using var parts = new RoutingParts(Sys, new RoutingOptions { RequestsInFlight = 1 });
        parts.Region.Set(_region);
        var first = parts.Score(parts.Payment(2, "first"));
        var message = await Message();
        var left = parts.Router.Score([parts.Payment(2, "left")], leaving.Token);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        foreach (var answer in parts.Answers(message, RouteOutcome.Scored))
        {
            parts.Senders.Answered(answer);
        }

        await first;
        await Poll.Until(() => parts.Senders.InFlight == 0);
        await _region.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    private async Task<ScorePayments> Message() => await _region.ExpectMsgAsync<ScorePayments>();

    /// <summary>The next one, while time passes.</summary>
    private async Task<ScorePayments> MessageLater()
    {
        await _parts.Until(() => _region.HasMessages);
        return await Message();
    }

    private RoutingParts Parts(TimeSpan deadline)
    {
        var parts = new RoutingParts(Sys, deadline: deadline);
        parts.Region.Set(_region);
        return parts;
    }

    private void Answer(ScorePayments message, RouteOutcome outcome) => Answer(_parts, message, outcome);

    private void Answer(RoutingParts parts, ScorePayments message, RouteOutcome outcome)
    {
        foreach (var answer in parts.Answers(message, outcome))
        {
            parts.Senders.ReplyTo.Tell(new PaymentsScored(answer), _region);
        }
    }

    private async Task<Payment> Taken()
    {
        Payment? taken = null;
        await Poll.Until(() => _parts.Lane.Taken.TryDequeue(out taken));
        return taken!;
    }

    private static void Complete(Payment payment)
    {
        payment.Score = 0.5f;
        payment.ScoredBy = new ScoredBy("payments", "1", 0.2f, 0.9f);
        payment.Reply!.Complete(payment);
    }

    private async Task ExpectTerminatedOf(TestProbe probe)
    {
        var watcher = CreateTestProbe();
        await watcher.WatchAsync(probe);
        await watcher.ExpectTerminatedAsync(probe);
    }
}
