using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Fraud.Http.Routing;
using Fraud.Http.Scoring;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Shards;
using Fraud.Tests.Stream.Kafka;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Routing;

/// <summary>What goes together in a message to a shard, and how much may be on its way.</summary>
public sealed class ShardSendersTests : TestKit
{
    private readonly TestProbe _region;

    public ShardSendersTests()
        : base(PartitionsHost.TestKit) => _region = CreateTestProbe();

    [Fact]
    public async Task Send_MessagesAreOnTheirWay_WhatComesMeanwhileGoesTogetherWithTheNext()
    {
        using var parts = Parts(new RoutingOptions { RequestsInFlight = 2 });
        Task<RoutedPayment[]>[] scoring = [.. Enumerable.Range(0, 7).Select(i => parts.Score(parts.Payment(2, $"p-{i}")))];
        var first = await Message();
        var second = await Message();
        await _region.ExpectNoMsgAsync(TimeSpan.Zero);

        Answer(parts, first);

        var together = await Message();
        Assert.Equal(["p-2", "p-3", "p-4", "p-5", "p-6"], Ids(parts, together));
        Answer(parts, second);
        Answer(parts, together);
        Assert.All(await Task.WhenAll(scoring), static scored => Assert.Equal(RouteOutcome.Scored, Assert.Single(scored).Outcome));
    }

    [Fact]
    public async Task Send_ManyOfOneShard_AreSplitBelowAFrameAndInOrder()
    {
        using var parts = Parts();
        var payments = Enumerable.Range(0, 1_000).Select(i =>
        {
            var payment = parts.Payment(2, $"{i:d4}{new string('x', ShortText.Capacity - 4)}");
            payment.Transaction.TerminalId = ShortText.From(new string('t', ShortText.Capacity));
            payment.Transaction.Source = ShortText.From(new string('s', ShortText.Capacity));
            payment.Transaction.HasPayload = true;
            return payment;
        }).ToArray();
        var scoring = parts.Score(payments);

        var ids = new List<string>();
        while (!scoring.IsCompleted)
        {
            if (await _region.ReceiveOneAsync(TimeSpan.FromMilliseconds(20)) is ScorePayments message)
            {
                Assert.InRange(message.Payments.Length, 1, 96_000);
                ids.AddRange(Ids(parts, message));
                Answer(parts, message);
            }
        }

        Assert.Equal(payments.Length, ids.Count);
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(await scoring, static payment => Assert.Equal(RouteOutcome.Scored, payment.Outcome));
    }

    [Fact]
    public async Task Answered_MoreThanOneMessageHolds_ComesInPartsThatAreAllTaken()
    {
        using var parts = Parts();
        var scoring = parts.Score([.. Enumerable.Range(0, 600).Select(i => parts.Payment(2, $"p-{i}"))]);
        var message = await Message();
        var reasons = Enumerable.Range(0, 5).Select(static i => new string('r', 60 + i)).ToArray();

        var read = parts.Read(message, out var number);
        _ = new ScoreGroup(read, parts.Gate, parts.Time, repeats: false);
        foreach (var payment in read)
        {
            Answer answer = default;
            answer.CopyFrom(new Payment { ScoredBy = new ScoredBy("m", "1", 0.1f, 0.5f), Reasons = reasons }, 1);
            payment.Score(answer, 1);
        }

        var sizes = new List<int>();
        for (var from = 0; from < read.Count;)
        {
            var part = ForwardCodec.WriteAnswers(new Fraud.Model.Snapshots.StateWriter(), number, "owner", read, ref from);
            sizes.Add(part.Length);
            parts.Senders.ReplyTo.Tell(new PaymentsScored(part), _region);
        }

        Assert.InRange(sizes.Count, 2, 10);
        Assert.All(sizes, static size => Assert.InRange(size, 1, ForwardCodec.MaxBytes));
        Assert.All(await scoring, payment => Assert.Equal(reasons, payment.Answer.Reasons));
        await Poll.Until(() => parts.Senders.InFlight == 0);
    }

    [Fact]
    public async Task TryAdd_MoreThanMayBeOnTheirWay_AreRefusedAtOnceUntilAnswersMakeRoom()
    {
        using var parts = Parts(new RoutingOptions { QueueCapacity = 3 });
        var held = parts.Score(parts.Payment(1), parts.Payment(2), parts.Payment(3));
        ScorePayments[] messages = [await Message(), await Message(), await Message()];

        var refused = parts.Score(parts.Payment(4), parts.Payment(5));

        Assert.True(refused.IsCompletedSuccessfully);
        Assert.All(await refused, static payment => Assert.Equal(RouteOutcome.Full, payment.Outcome));
        Array.ForEach(messages, message => Answer(parts, message));
        await held;
        await Poll.Until(() => parts.Senders.InFlight == 0);
        var admitted = parts.Score(parts.Payment(4));
        Answer(parts, await Message());
        Assert.Equal(RouteOutcome.Scored, (await admitted)[0].Outcome);
    }

    [Fact]
    public async Task TryAdd_ShardIsSilent_LeavesTheRoomToThoseThatAnswer()
    {
        using var parts = Parts(new RoutingOptions { QueueCapacity = 12 });
        var silent = parts.Score(parts.Payment(1));
        await Message();
        await parts.Until(() => _region.HasMessages);
        // Its second attempt, after silence.
        await Message();

        var more = parts.Score([.. Enumerable.Range(0, 11).Select(i => parts.Payment(1, $"more-{i}"))]);
        var others = parts.Score([.. Enumerable.Range(0, 10).Select(i => parts.Payment(2, $"other-{i}"))]);

        Assert.Equal(11, (await more).Count(static payment => payment.Outcome == RouteOutcome.Full));
        var message = await MessageTo(2);
        Assert.Equal(10, Ids(parts, message).Count());
        Answer(parts, message);
        Assert.All(await others, static payment => Assert.Equal(RouteOutcome.Scored, payment.Outcome));
        Assert.False(silent.IsCompleted);
    }

    [Fact]
    public async Task Send_MessageIsSilent_MakesWayForTheNextOfItsShard()
    {
        using var parts = Parts(new RoutingOptions { RequestsInFlight = 1 });
        var lost = parts.Score(parts.Payment(2, "lost"));
        await Message();
        var waits = parts.Score(parts.Payment(2, "waits"));
        await _region.ExpectNoMsgAsync(TimeSpan.Zero);

        await parts.Until(() => _region.HasMessages);

        Assert.Contains("waits", Ids(parts, await Message()));
        Assert.False(lost.IsCompleted || waits.IsCompleted);
    }

    [Fact]
    public async Task Answered_Nonsense_IsPassedOverAndTheNextAnswerCounts()
    {
        using var parts = Parts();
        var scoring = parts.Score(parts.Payment(2));
        var message = await Message();

        parts.Senders.ReplyTo.Tell("nonsense", _region);
        parts.Senders.ReplyTo.Tell(new PaymentsScored(new byte[] { 1, 2, 3 }), _region);
        parts.Senders.ReplyTo.Tell(new PaymentsScored(ReadOnlyMemory<byte>.Empty), _region);
        Answer(parts, message);

        Assert.Equal(RouteOutcome.Scored, (await scoring)[0].Outcome);
    }

    [Fact]
    public async Task Answered_ByAnOlderProgramsNumbers_IsDropped()
    {
        using var parts = Parts();
        var scoring = parts.Score(parts.Payment(2));
        var message = await Message();
        using var another = Parts();
        _ = another.Score(another.Payment(2), another.Payment(2, "second"));
        var theirs = await Message();

        // As many payments as the other message had: more than this one.
        Answer(parts, theirs);
        Answer(parts, message);

        Assert.Equal(RouteOutcome.Scored, Assert.Single(await scoring).Outcome);
    }

    private RoutingParts Parts(RoutingOptions? options = null)
    {
        var parts = new RoutingParts(Sys, options);
        parts.Region.Set(_region);
        return parts;
    }

    private async Task<ScorePayments> Message() => await _region.ExpectMsgAsync<ScorePayments>();

    private async Task<ScorePayments> MessageTo(int shard)
    {
        while (true)
        {
            if (await Message() is var message && message.Shard == shard)
            {
                return message;
            }
        }
    }

    private static IEnumerable<string> Ids(RoutingParts parts, ScorePayments message) =>
        parts.Read(message, out _).Select(static payment => payment.Id.ToString());

    private void Answer(RoutingParts parts, ScorePayments message)
    {
        foreach (var answer in parts.Answers(message, RouteOutcome.Scored))
        {
            parts.Senders.ReplyTo.Tell(new PaymentsScored(answer), _region);
        }
    }
}
