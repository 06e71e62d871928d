using Fraud.Http.Routing;
using Fraud.Model;
using Fraud.Model.Reasons;
using Fraud.Model.Snapshots;
using Fraud.Stream.Batching;

namespace Fraud.Tests.Http.Routing;

public sealed class ForwardCodecTests
{
    private static readonly TimeProvider Time = TimeProvider.System;

    [Fact]
    public void Request_EveryField_ArrivesAsItWas()
    {
        var payment = new Payment { ArrivedTimestamp = 1 };
        var sent = payment.Transaction;
        sent.Id = ShortText.From("id");
        sent.CardId = ShortText.From(new string('c', ShortText.Capacity));
        sent.TerminalId = ShortText.From("Ärger");
        sent.Source = ShortText.From("pos");
        sent.AmountMinor = long.MaxValue;
        Assert.True(Currency.TryParse("JPY"u8, out sent.Currency));
        sent.EventTimeMs = 1_767_323_045_123;
        sent.HasPayload = true;
        for (var i = 0; i < Transaction.PayloadFeatures; i++)
        {
            sent.Payload[i] = i switch { 0 => float.NaN, 1 => float.MinValue, 2 => -0f, _ => i / 3f };
        }

        var bare = new Payment();
        var deadline = Time.GetTimestamp() + (Time.TimestampFrequency * 2);
        var body = ForwardCodec.EncodeRequest(new StateWriter(), [new(payment, deadline), new(bare, deadline)], Time);
        var arrived = ForwardCodec.DecodeRequest(body, static () => new Payment(), static payment => payment.Shard = 4, static _ => { }, Time);

        Assert.Equal(2, arrived.Count);
        var read = arrived[0].Payment!.Transaction;
        Assert.Equal(sent.Id, read.Id);
        Assert.Equal(sent.CardId, read.CardId);
        Assert.Equal(sent.TerminalId, read.TerminalId);
        Assert.Equal(sent.Source, read.Source);
        Assert.Equal(sent.AmountMinor, read.AmountMinor);
        Assert.Equal(sent.Currency, read.Currency);
        Assert.Equal(sent.EventTimeMs, read.EventTimeMs);
        Assert.Equal(sent.Payload.Select(BitConverter.SingleToInt32Bits), read.Payload.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(4, arrived[0].Shard);
        Assert.False(arrived[1].Payment!.Transaction.HasPayload);
        Assert.Equal(default, arrived[1].Payment!.Transaction.Currency);
    }

    [Fact]
    public void Explanation_AskedForAndAnswered_ArrivesAsItWas()
    {
        var deadline = Time.GetTimestamp() + (Time.TimestampFrequency * 2);
        List<RoutedPayment> sent = [new(new Payment { IsExplanationWanted = true }, deadline), new(new Payment(), deadline)];
        var arrived = ForwardCodec.DecodeRequest(
            ForwardCodec.EncodeRequest(new StateWriter(), sent, Time), static () => new Payment(), static _ => { }, static _ => { }, Time);

        Assert.Equal([true, false], arrived.Select(static payment => payment.Payment!.IsExplanationWanted));

        var explanation = new Explanation(-4.7, [new Contribution("amount", 950, 3.25), new Contribution("V1", float.NaN, -0.5)]);
        _ = new ScoreGroup(arrived, null!, Time);
        foreach (var (payment, told) in arrived.Zip<RoutedPayment, Explanation?>([explanation, null]))
        {
            payment.Answer.CopyFrom(new Payment { ScoredBy = new ScoredBy("m", "1", 0.1f, 0.5f), Explanation = told }, 1);
            payment.Settle(RouteOutcome.Scored);
        }

        _ = new ScoreGroup(sent, null!, Time);
        ForwardCodec.DecodeAnswer(ForwardCodec.EncodeAnswer(new StateWriter(), arrived), sent, "other", Time);

        Assert.All(sent, static item => Assert.Equal(RouteOutcome.Scored, item.Outcome));
        Assert.Equal([true, false], sent.Select(static payment => payment.Answer.IsExplanationWanted));
        Assert.Equal(explanation.Bias, sent[0].Answer.Explanation!.Bias);
        Assert.Equal(explanation.Inputs, sent[0].Answer.Explanation!.Inputs);
        Assert.Null(sent[1].Answer.Explanation);
    }

    [Fact]
    public void Request_Deadline_IsWhatIsLeftOfIt()
    {
        var now = Time.GetTimestamp();
        var body = ForwardCodec.EncodeRequest(
            new StateWriter(),
            [new(new Payment(), now + (Time.TimestampFrequency * 20)), new(new Payment(), now - Time.TimestampFrequency)],
            Time);
        var arrived = ForwardCodec.DecodeRequest(body, static () => new Payment(), static _ => { }, static _ => { }, Time);

        Assert.InRange(Time.GetElapsedTime(now, arrived[0].Deadline), TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(25));
        Assert.True(arrived[1].Deadline <= Time.GetTimestamp());
    }

    [Fact]
    public void Request_AnyByteChanged_IsRefused()
    {
        var body = ForwardCodec.EncodeRequest(new StateWriter(), [new(new Payment(), 0)], Time);
        for (var i = 0; i < body.Length; i++)
        {
            var damaged = body.ToArray();
            damaged[i] ^= 0x10;
            Assert.Throws<CorruptStateException>(() => ForwardCodec.DecodeRequest(damaged, static () => new Payment(), static _ => { }, static _ => { }, Time));
        }
    }

    [Fact]
    public void Request_MorePaymentsThanOneMayHave_IsRefusedAndGivesBackWhatItRented()
    {
        var payments = Enumerable.Range(0, ForwardCodec.MaxPayments + 1).Select(static _ => new RoutedPayment(new Payment(), 0)).ToList();
        var body = ForwardCodec.EncodeRequest(new StateWriter(), payments, Time);
        var rented = new HashSet<Payment>();

        Assert.Throws<CorruptStateException>(() => ForwardCodec.DecodeRequest(
            body,
            () =>
            {
                var payment = new Payment();
                rented.Add(payment);
                return payment;
            },
            static _ => { },
            payment => Assert.True(rented.Remove(payment)),
            Time));
        Assert.Empty(rented);
    }
}
