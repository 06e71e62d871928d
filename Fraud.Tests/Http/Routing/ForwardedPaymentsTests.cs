using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Fraud.Http.Routing;
using Fraud.Model.Reasons;
using Fraud.Model.Snapshots;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shards;
using Fraud.Tests.Stream.Kafka;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fraud.Tests.Http.Routing;

/// <summary>What an owner makes of payments that other nodes took in.</summary>
public sealed class ForwardedPaymentsTests : TestKit, IClassFixture<ForwardedPaymentsTests.ShippedModel>
{
    private readonly RoutingParts _front;
    private readonly RoutingParts _owner = new(deadline: RoutingParts.ShortDeadline);
    private readonly ForwardedPayments _forwarded;
    private readonly TestProbe _region;

    public ForwardedPaymentsTests(ShippedModel model)
        : base(PartitionsHost.TestKit)
    {
        _front = new RoutingParts(Sys, deadline: RoutingParts.ShortDeadline);
        _forwarded = new ForwardedPayments(
            new NodeIdentity("owner", ""), _owner.Directory, _owner.Gate, model.Routes, _owner.Metrics, _owner.Tracer, _owner.Time,
            NullLogger<ForwardedPayments>.Instance);
        _region = CreateTestProbe();
        _front.Region.Set(_region);
    }

    protected override void AfterAll()
    {
        _front.Dispose();
        _owner.Dispose();
        base.AfterAll();
    }

    [Fact]
    public async Task Score_OpenShard_IsScoredUnderItsGenerationAndAnsweredToWhoSentIt()
    {
        _owner.Directory.SetOpen(2, 9);
        var scoring = _front.Score(_front.Payment(2, "one"), _front.Payment(2, "two"));

        await Forward();

        foreach (var payment in await Taken(2))
        {
            Assert.Equal(9, payment.Generation);
            Complete(payment);
        }

        var scored = await scoring;
        Assert.All(scored, static payment => Assert.Equal((RouteOutcome.Scored, "owner"), (payment.Outcome, payment.Answer.Node)));
        Assert.Equal(0, _owner.Gate.InFlight);
    }

    [Fact]
    public async Task Score_ClosedShard_AnswersMovedAtOnceAndKeepsNothing()
    {
        var scoring = _front.Score(_front.Payment(2));

        await Forward();

        await Poll.Until(() => _front.Metrics.OwnerWaits == 1);
        Assert.Empty(_owner.Lane.Taken);
        Assert.Equal(0, _owner.Gate.InFlight);
        await _front.Until(() => scoring.IsCompleted);
    }

    [Fact]
    public async Task Score_NodesDisagreeOnTheShard_AnswersMoved()
    {
        _owner.Directory.SetOpen(3, 1);
        var scoring = _front.Score(_front.Payment(2));
        var message = await _region.ExpectMsgAsync<ScorePayments>();

        _forwarded.Score(message with { Shard = 3 }, _front.Senders.ReplyTo);

        await Poll.Until(() => _front.Metrics.OwnerWaits == 1);
        Assert.Empty(_owner.Lane.Taken);
        await _front.Until(() => scoring.IsCompleted);
    }

    [Fact]
    public async Task Score_FeaturesThatTheModelDoesNotTake_IsToldSo()
    {
        _owner.Directory.SetOpen(2, 1);
        var features = _front.Payment(2);
        features.Transaction.AmountMinor = 0;
        features.Transaction.HasPayload = true;
        var scoring = _front.Score(features);

        await Forward();

        Assert.Equal(RouteOutcome.WrongInput, (await scoring)[0].Outcome);
    }

    [Fact]
    public async Task Score_ShardIsTakenAwayUnderWay_AnswersMoved()
    {
        _owner.Directory.SetOpen(2, 1);
        var scoring = _front.Score(_front.Payment(2));
        await Forward();
        var taken = Assert.Single(await Taken(1));

        taken.Reply!.Fail(taken, new ShardsFencedException([2]));

        await Poll.Until(() => _front.Metrics.OwnerWaits == 1);
        Assert.Equal(0, _owner.Gate.InFlight);
        await _front.Until(() => scoring.IsCompleted);
    }

    [Fact]
    public async Task Score_DeadlinePasses_AnswersLateALittleBefore()
    {
        _owner.Directory.SetOpen(2, 1);
        var replies = CreateTestProbe();
        _ = _front.Score(_front.Payment(2));
        var message = await _region.ExpectMsgAsync<ScorePayments>();
        _forwarded.Score(message, replies);
        var started = _owner.Time.GetTimestamp();

        await _owner.Until(() => replies.HasMessages);

        Assert.InRange(_owner.Time.GetElapsedTime(started), RoutingParts.ShortDeadline * 0.9, RoutingParts.LongDeadline);
    }

    [Fact]
    public async Task Score_BytesOfAnotherVersion_AreNotAnsweredAndTheNextAre()
    {
        _owner.Directory.SetOpen(2, 1);
        var replies = CreateTestProbe();
        var writer = new StateWriter();
        writer.Begin(99);
        _forwarded.Score(new ScorePayments(2, writer.End().ToArray()), replies);
        await replies.ExpectNoMsgAsync(TimeSpan.Zero);

        var scoring = _front.Score(_front.Payment(2));
        await Forward();
        Complete(Assert.Single(await Taken(1)));

        Assert.Equal(RouteOutcome.Scored, (await scoring)[0].Outcome);
    }

    [Fact]
    public async Task Score_AnswersAreLongerThanAMessage_ComeInSeveralBelowAFrame()
    {
        _owner.Directory.SetOpen(2, 1);
        var scoring = _front.Score([.. Enumerable.Range(0, 200).Select(i => _front.Payment(2, $"p-{i}"))]);
        await Forward();
        var explanation = new Explanation(-4, [.. Enumerable.Range(0, 33).Select(static i => new Contribution($"a_feature_with_a_name_{i}", i, i))]);
        foreach (var payment in await Taken(200))
        {
            payment.Explanation = explanation;
            Complete(payment);
        }

        Assert.All(await scoring, static payment => Assert.Equal(33, payment.Answer.Explanation!.Inputs.Count));
        await Poll.Until(() => _front.Senders.InFlight == 0);
    }

    private async Task Forward()
    {
        var message = await _region.ExpectMsgAsync<ScorePayments>();
        _forwarded.Score(RegionStandIn.Sent(message, Sys), _front.Senders.ReplyTo);
    }

    private async Task<List<Payment>> Taken(int count)
    {
        var taken = new List<Payment>();
        await Poll.Until(() =>
        {
            while (_owner.Lane.Taken.TryDequeue(out var payment))
            {
                taken.Add(payment);
            }

            return taken.Count == count;
        });
        return taken;
    }

    private static void Complete(Payment payment)
    {
        payment.ScoredBy = new ScoredBy("payments", "1", 0.2f, 0.9f);
        payment.Reply!.Complete(payment);
    }

    /// <summary>The model that is shipped, loaded once.</summary>
    public sealed class ShippedModel : IDisposable
    {
        private readonly ModelHolder _champion;

        public ShippedModel()
        {
            var directory = new ModelDirectory(new ScoringOptions { Model = Path.Combine(Repository.Root, "models", "payments") });
            _champion = new ModelHolder(directory.Load(directory.Newest()));
            Routes = new ModelRoutes(_champion);
        }

        public ModelRoutes Routes { get; }

        public void Dispose()
        {
            Routes.Dispose();
            _champion.Dispose();
        }
    }
}
