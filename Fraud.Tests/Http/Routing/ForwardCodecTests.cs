using CsCheck;
using Fraud.Http.Routing;
using Fraud.Http.Scoring;
using Fraud.Model;
using Fraud.Model.Reasons;
using Fraud.Model.Snapshots;
using Fraud.Stream.Batching;
using Fraud.Stream.Shards;
using Fraud.Tests.Support;
using Contribution = Fraud.Model.Reasons.Contribution;

namespace Fraud.Tests.Http.Routing;

/// <summary>What travels between nodes: read as it was written, and as version 1 wrote it.</summary>
public sealed class ForwardCodecTests : IDisposable
{
    private readonly RoutingParts _front = new();
    private readonly RoutingParts _owner = new();

    public void Dispose()
    {
        _front.Dispose();
        _owner.Dispose();
    }

    [Fact]
    public void Request_EveryField_ArrivesAsItWas()
    {
        var payment = _front.Gate.Rent();
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

        _front.Gate.Prepare(payment);

        var arrived = Arrive(new RoutedPayment(payment, InTwoSeconds), new RoutedPayment(_front.Payment(1), InTwoSeconds) { TraceParent = "00-trace" });

        Assert.Equal(2, arrived.Count);
        var read = arrived[0].Payment!.Transaction;
        Any.AssertAlike(sent, read);
        Assert.Equal(sent.Payload.Select(BitConverter.SingleToInt32Bits), read.Payload.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(payment.Shard, arrived[0].Shard);
        Assert.Null(arrived[0].TraceParent);
        Assert.Equal("00-trace", arrived[1].TraceParent);
        Assert.False(arrived[1].Payment!.Transaction.HasPayload);
    }

    [Fact]
    public void Request_AnyPayments_ArriveAsTheyWere() => Any.Payment.List[0, 20].Sample(
        sent =>
        {
            var payments = sent.Select(transaction =>
            {
                var payment = _front.Gate.Rent();
                transaction.CopyTo(payment.Transaction);
                _front.Gate.Prepare(payment);
                payment.Transaction.CopyTo(transaction);
                return new RoutedPayment(payment, InTwoSeconds);
            }).ToArray();

            var arrived = Arrive(payments);

            Assert.Equal(sent.Count, arrived.Count);
            Assert.All(sent.Zip(arrived), static pair => Any.AssertAlike(pair.First, pair.Second.Payment!.Transaction));
        },
        iter: 1_000,
        threads: 1);

    [Fact]
    public void Request_ClocksThatDiffer_TheDeadlineIsWhatIsLeftOfIt()
    {
        // The owner's clocks are hours ahead, and its monotonic one began elsewhere.
        _owner.Time.Advance(TimeSpan.FromHours(5));
        _front.Time.Advance(TimeSpan.FromMilliseconds(500));
        var payment = _front.Payment(1);
        payment.Deadline = InTwoSeconds;

        var arrived = Assert.Single(Arrive(new RoutedPayment(payment, InTwoSeconds)));

        Assert.Equal(TimeSpan.FromSeconds(2), _owner.Time.GetElapsedTime(_owner.Time.GetTimestamp(), arrived.Deadline));
        Assert.Equal(arrived.Deadline, arrived.Payment!.Deadline);
        Assert.Equal(payment.Transaction.EventTimeMs, arrived.Payment.Transaction.EventTimeMs);
    }

    [Fact]
    public void Request_NobodyWaitsAnyMore_IsNotWritten()
    {
        var late = new RoutedPayment(_front.Payment(1), _front.Time.GetTimestamp());
        var settled = new RoutedPayment(_front.Payment(1), InTwoSeconds);
        _ = new ScoreGroup([settled], _front.Gate, _front.Time, repeats: true);
        settled.Settle(RouteOutcome.Full);
        var taken = new RoutedPayment(_front.Payment(1), InTwoSeconds);
        taken.Take(_front.Gate);

        Assert.Empty(Arrive(late, settled, taken));
    }

    [Fact]
    public void Explanation_AskedForAndAnswered_ArrivesAsItWas()
    {
        var payment = _front.Payment(1);
        payment.IsExplanationWanted = true;
        RoutedPayment[] sent = [new(payment, InTwoSeconds), new(_front.Payment(1), InTwoSeconds)];
        var arrived = Arrive(sent);

        Assert.Equal([true, false], arrived.Select(static each => each.Payment!.IsExplanationWanted));

        var explanation = new Explanation(-4.7, [new Contribution("amount", 950, 3.25), new Contribution("V1", float.NaN, -0.5)]);
        _ = new ScoreGroup(arrived, _owner.Gate, _owner.Time, repeats: false);
        arrived[0].Score(Scored(explanation), 1);
        arrived[1].Score(Scored(null), 1);
        Told(sent, arrived);

        Assert.All(sent, static item => Assert.Equal(RouteOutcome.Scored, item.Outcome));
        Assert.Equal([true, false], sent.Select(static each => each.Answer.IsExplanationWanted));
        Assert.Equal(explanation.Bias, sent[0].Answer.Explanation!.Bias);
        Assert.Equal(explanation.Inputs, sent[0].Answer.Explanation!.Inputs);
        Assert.Null(sent[1].Answer.Explanation);
    }

    [Fact]
    public void Request_AnyByteChanged_IsRefusedAndWhatWasRentedGoesBack()
    {
        var body = Bytes(new RoutedPayment(_front.Payment(1), InTwoSeconds), new RoutedPayment(_front.Payment(2), InTwoSeconds));
        for (var i = 0; i < body.Length; i++)
        {
            var damaged = body.ToArray();
            damaged[i] ^= 0x10;
            Assert.Throws<CorruptStateException>(() => ForwardCodec.ReadRequest(damaged, _owner.Gate, _owner.Time, out _));
        }
    }

    [Fact]
    public void Request_CutShortWithARightChecksum_IsRefusedAndGivesBackWhatItRented()
    {
        var writer = new StateWriter();
        ForwardCodec.BeginRequest(writer, 1);
        Assert.True(ForwardCodec.TryWrite(writer, new RoutedPayment(_front.Payment(1), InTwoSeconds), _front.Time.GetTimestamp(), _front.Time));
        writer.Unsigned(2_000);

        Assert.Throws<CorruptStateException>(() => ForwardCodec.ReadRequest(writer.End(), _owner.Gate, _owner.Time, out _));

        Assert.Equal(1, _owner.Gate.Made);
        _owner.Gate.Rent();
        Assert.Equal(1, _owner.Gate.Made);
    }

    [Fact]
    public void Request_LargestPayment_IsWithinWhatIsKeptFree()
    {
        var payment = _front.Payment(1);
        var sent = payment.Transaction;
        sent.Id = sent.CardId = sent.TerminalId = sent.Source = ShortText.From(new string('x', ShortText.Capacity));
        sent.AmountMinor = long.MinValue;
        sent.EventTimeMs = long.MinValue;
        sent.HasPayload = true;
        var writer = new StateWriter();
        ForwardCodec.BeginRequest(writer, ulong.MaxValue);
        var before = writer.Length;
        var item = new RoutedPayment(payment, _front.Time.GetTimestamp() + (3_600 * _front.Time.TimestampFrequency)) { TraceParent = new string('t', 55) };

        Assert.True(ForwardCodec.TryWrite(writer, item, _front.Time.GetTimestamp(), _front.Time));

        Assert.InRange(writer.Length - before, 400, 508);
    }

    /// <summary>Fraud.Tests/Fixtures/messages has them as hexadecimal digits: what one version writes, others read.</summary>
    [Fact]
    public void Version1_Golden_IsWrittenAndReadAsItAlwaysWas()
    {
        // Of the clock that the tests set: 2000-01-01.
        var first = _front.Payment(1, "golden-1");
        first.Deadline = InTwoSeconds;
        first.IsExplanationWanted = true;
        first.Transaction.TerminalId = ShortText.From("terminal");
        first.Transaction.Source = ShortText.From("pos");
        Assert.True(Currency.TryParse("JPY"u8, out first.Transaction.Currency));
        first.Transaction.HasPayload = true;
        Array.Fill(first.Transaction.Payload, 0.5f);
        RoutedPayment[] sent =
        [
            new(first, InTwoSeconds) { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
            new(_front.Payment(1, "golden-2"), InTwoSeconds),
        ];
        var request = Bytes(sent);

        Assert.Equal(Convert.ToHexString(Golden.Bytes("payments-1")), Convert.ToHexString(request));
        var arrived = ForwardCodec.ReadRequest(Golden.Bytes("payments-1"), _owner.Gate, _owner.Time, out var number);
        Assert.Equal(300UL, number);
        Any.AssertAlike(first.Transaction, arrived[0].Payment!.Transaction);
        Assert.Equal(sent[0].TraceParent, arrived[0].TraceParent);

        _ = new ScoreGroup(arrived, _owner.Gate, _owner.Time, repeats: false);
        arrived[0].Score(Scored(new Explanation(-4.5, [new Contribution("amount", 950, 3.25)])), 1);
        arrived[1].Settle(RouteOutcome.Misrouted);
        var from = 0;
        var answers = ForwardCodec.WriteAnswers(new StateWriter(), number, "owner-1", arrived, ref from);

        Assert.Equal(Convert.ToHexString(Golden.Bytes("answers-1")), Convert.ToHexString(answers));
        Read(sent, Golden.Bytes("answers-1"));
        Assert.Equal((RouteOutcome.Scored, "owner-1", "golden-1"), (sent[0].Outcome, sent[0].Answer.Node, sent[0].Answer.TransactionId.ToString()));
        Assert.True(sent[1].IsRefused(out var outcome));
        Assert.Equal(RouteOutcome.Misrouted, outcome);
    }

    private long InTwoSeconds => _front.Time.GetTimestamp() + (2 * _front.Time.TimestampFrequency);

    private static Answer Scored(Explanation? explanation)
    {
        Answer answer = default;
        answer.CopyFrom(
            new Payment { Score = 0.75f, Decision = Decision.Block, InferenceMs = 0.5f, Reasons = ["amount"], ScoredBy = new ScoredBy("m", "1", 0.1f, 0.5f), Explanation = explanation }, 1);
        return answer;
    }

    private byte[] Bytes(params RoutedPayment[] payments)
    {
        var writer = new StateWriter();
        ForwardCodec.BeginRequest(writer, 300);
        foreach (var payment in payments)
        {
            ForwardCodec.TryWrite(writer, payment, _front.Time.GetTimestamp(), _front.Time);
        }

        return writer.End().ToArray();
    }

    private List<RoutedPayment> Arrive(params RoutedPayment[] payments) =>
        ForwardCodec.ReadRequest(Bytes(payments), _owner.Gate, _owner.Time, out _);

    private void Told(RoutedPayment[] sent, List<RoutedPayment> arrived)
    {
        var from = 0;
        Read(sent, ForwardCodec.WriteAnswers(new StateWriter(), 300, "other", arrived, ref from));
        Assert.Equal(arrived.Count, from);
    }

    private void Read(RoutedPayment[] sent, ReadOnlySpan<byte> answers)
    {
        _ = new ScoreGroup(sent, _front.Gate, _front.Time, repeats: true);
        Array.ForEach(sent, payment => payment.Attempts = PaymentAttempts.Begin(TimeSpan.Zero, RoutingParts.ShortDeadline));
        var message = new SentPayments(
            new ShardSender(1, 4, 4, _front.Time), 300, [.. sent.Select(static payment => new WaitingPayment(payment, 1))], [], 0);
        var counts = default(OutcomeCounts);
        Assert.Same(message, ForwardCodec.ReadAnswers(answers, number => number == 300 ? message : null, _front.Time, ref counts));
        Assert.Equal(0, message.Unanswered);
    }
}
