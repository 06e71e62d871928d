using Fraud.Http.Scoring;
using Fraud.Model;
using Fraud.Model.Reasons;
using Fraud.Model.Snapshots;
using Fraud.Stream.Batching;

namespace Fraud.Http.Routing;

/// <summary>
/// What travels between nodes: payments with the time left for each (about 60 bytes a payment), and their
/// outcomes in the same order.
/// </summary>
internal static class ForwardCodec
{
    public const string ContentType = "application/x-fraud-payments";

    /// <summary>Most payments in one request, whatever the sender's batches are: half a megabyte with the longest ids and features.</summary>
    public const int MaxPayments = 1_024;

    /// <summary>Longest body either way; an answer may carry reasons.</summary>
    public const int MaxBytes = 4 << 20;

    // 2: with whether the deadline is the caller's. 3: with whether an explanation is wanted.
    private const byte RequestVersion = 3;
    // 2: with the duration of the model call. 3: with the explanation.
    private const byte AnswerVersion = 3;

    // Reasons are short lines, a handful at most.
    private const int MaxReasons = 64;

    public static byte[] EncodeRequest(StateWriter writer, List<RoutedPayment> payments, TimeProvider time)
    {
        writer.Begin(RequestVersion);
        var now = time.GetTimestamp();
        foreach (var item in payments)
        {
            writer.Unsigned((ulong)Math.Max(0, time.GetElapsedTime(now, item.Deadline).TotalMilliseconds));
            // A deadline that the caller named holds in the owner's lane too; the service's own ends only the wait.
            writer.Byte(item.Payment!.Deadline == 0 ? (byte)0 : (byte)1);
            writer.Byte(item.Payment.IsExplanationWanted ? (byte)1 : (byte)0);
            Write(writer, item.Payment.Transaction);
        }

        return writer.End().ToArray();
    }

    /// <param name="rent">An empty payment to fill.</param>
    /// <exception cref="CorruptStateException">The bytes are damaged or of another version.</exception>
    public static List<RoutedPayment> DecodeRequest(
        ReadOnlySpan<byte> body, Func<Payment> rent, Action<Payment> prepare, Action<Payment> giveBack, TimeProvider time)
    {
        var payments = new List<RoutedPayment>();
        Payment? reading = null;
        try
        {
            var now = time.GetTimestamp();
            var reader = new StateReader(body, RequestVersion, "forwarded payments");
            while (!reader.IsAtEnd)
            {
                if (payments.Count == MaxPayments)
                {
                    throw new CorruptStateException($"forwarded payments: expected at most {MaxPayments}");
                }

                var left = (long)Math.Min(reader.Unsigned(), (ulong)TimeSpan.FromHours(1).TotalMilliseconds);
                var deadline = now + (left * time.TimestampFrequency / 1_000);
                var isCallers = reader.Byte() != 0;
                var isExplanationWanted = reader.Byte() != 0;
                reading = rent();
                reading.Deadline = isCallers ? deadline : 0;
                reading.IsExplanationWanted = isExplanationWanted;
                Read(ref reader, reading.Transaction);
                prepare(reading);
                payments.Add(new RoutedPayment(reading, deadline));
                reading = null;
            }

            return payments;
        }
        catch
        {
            // What was rented goes back, whatever the bytes are.
            payments.ForEach(payment => giveBack(payment.Payment!));
            if (reading is not null)
            {
                giveBack(reading);
            }

            throw;
        }
    }

    public static ReadOnlySpan<byte> EncodeAnswer(StateWriter writer, List<RoutedPayment> payments)
    {
        writer.Begin(AnswerVersion);
        writer.Unsigned((ulong)payments.Count);
        var models = new List<ScoredBy>(1);
        foreach (var item in payments)
        {
            var outcome = item.Outcome;
            writer.Byte((byte)outcome);
            if (outcome == RouteOutcome.Scored)
            {
                Write(writer, item.Answer, models);
            }
            else if (outcome == RouteOutcome.Misrouted)
            {
                writer.Signed(item.Generation);
            }
        }

        return writer.End();
    }

    /// <summary>Settles each payment with what its owner says.</summary>
    /// <exception cref="CorruptStateException">The bytes are damaged, or answer other payments; none is settled then.</exception>
    public static OutcomeCounts DecodeAnswer(ReadOnlySpan<byte> body, List<RoutedPayment> payments, string node, TimeProvider time)
    {
        var reader = new StateReader(body, AnswerVersion, "answers to forwarded payments");
        if (reader.Unsigned() != (ulong)payments.Count)
        {
            throw new CorruptStateException($"answers to forwarded payments: expected {payments.Count}");
        }

        // All is read before anything is settled: a settled payment may be on its way again.
        var models = new List<ScoredBy>(1);
        var told = new (RouteOutcome Outcome, Answer Answer, long Generation)[payments.Count];
        for (var i = 0; i < told.Length; i++)
        {
            ref var one = ref told[i];
            one.Outcome = (RouteOutcome)reader.Byte();
            switch (one.Outcome)
            {
                case RouteOutcome.Pending or > RouteOutcome.Refused:
                    throw new CorruptStateException("answers to forwarded payments: expected a known outcome");
                case RouteOutcome.Scored:
                    Read(ref reader, ref one.Answer, models);
                    break;
                case RouteOutcome.Misrouted:
                    one.Generation = reader.Signed();
                    break;
                default:
                    break;
            }
        }

        var counts = default(OutcomeCounts);
        for (var i = 0; i < told.Length; i++)
        {
            counts.Add(told[i].Outcome);
            var item = payments[i];
            if (item.Outcome != RouteOutcome.Pending)
            {
                // Its request is over.
                continue;
            }

            item.Answer = told[i].Answer;
            item.Answer.TransactionId = item.Payment!.Transaction.Id;
            item.Answer.IsExplanationWanted = item.Payment.IsExplanationWanted;
            item.Answer.SetTime(item.Payment, time.GetElapsedTime(item.Payment.ArrivedTimestamp).TotalMilliseconds);
            item.Generation = told[i].Generation;
            item.Node = node;
            item.Settle(told[i].Outcome);
        }

        return counts;
    }

    private static void Write(StateWriter writer, Transaction transaction)
    {
        writer.Text(transaction.Id);
        writer.Text(transaction.CardId);
        writer.Text(transaction.TerminalId);
        writer.Text(transaction.Source);
        writer.Signed(transaction.AmountMinor);
        Span<byte> letters = stackalloc byte[3];
        ShortText currency = default;
        currency.TrySet(letters[..transaction.Currency.CopyTo(letters)]);
        writer.Text(currency);
        writer.Signed(transaction.EventTimeMs);
        writer.Byte(transaction.HasPayload ? (byte)1 : (byte)0);
        if (transaction.HasPayload)
        {
            foreach (var value in transaction.Payload)
            {
                ForwardValues.WriteFloat(writer, value);
            }
        }
    }

    private static void Read(ref StateReader reader, Transaction transaction)
    {
        transaction.Id = reader.Text();
        transaction.CardId = reader.Text();
        transaction.TerminalId = reader.Text();
        transaction.Source = reader.Text();
        transaction.AmountMinor = reader.Signed();
        var currency = reader.Text();
        if (!currency.IsEmpty && !Currency.TryParse(currency.Utf8, out transaction.Currency))
        {
            throw new CorruptStateException("forwarded payments: expected a currency of three letters");
        }

        transaction.EventTimeMs = reader.Signed();
        transaction.HasPayload = reader.Byte() != 0;
        if (transaction.HasPayload)
        {
            for (var i = 0; i < Transaction.PayloadFeatures; i++)
            {
                transaction.Payload[i] = ForwardValues.ReadFloat(ref reader);
            }
        }
    }

    // A model is spelt out once and then named by its number.
    private static void Write(StateWriter writer, in Answer answer, List<ScoredBy> models)
    {
        ForwardValues.WriteFloat(writer, answer.Score);
        ForwardValues.WriteFloat(writer, answer.InferenceMs);
        writer.Byte((byte)answer.Decision);
        writer.Byte(answer.IsDuplicate ? (byte)1 : (byte)0);
        writer.Unsigned((ulong)answer.Reasons.Count);
        foreach (var reason in answer.Reasons)
        {
            ForwardValues.WriteString(writer, reason);
        }

        ForwardValues.Write(writer, answer.Explanation);
        var by = answer.ScoredBy!;
        var model = models.IndexOf(by);
        writer.Unsigned((ulong)(model < 0 ? models.Count : model));
        if (model < 0)
        {
            models.Add(by);
            ForwardValues.WriteString(writer, by.Model);
            ForwardValues.WriteString(writer, by.Version);
            ForwardValues.WriteFloat(writer, by.ReviewThreshold);
            ForwardValues.WriteFloat(writer, by.BlockThreshold);
        }
    }

    private static void Read(ref StateReader reader, ref Answer answer, List<ScoredBy> models)
    {
        answer.Score = ForwardValues.ReadFloat(ref reader);
        answer.InferenceMs = ForwardValues.ReadFloat(ref reader);
        answer.Decision = (Decision)reader.Byte();
        answer.IsDuplicate = reader.Byte() != 0;
        var count = reader.Unsigned();
        if (count > MaxReasons)
        {
            throw new CorruptStateException($"answers to forwarded payments: expected at most {MaxReasons} reasons");
        }

        var reasons = count == 0 ? [] : new string[count];
        for (var i = 0; i < reasons.Length; i++)
        {
            reasons[i] = ForwardValues.ReadString(ref reader);
        }

        answer.Reasons = reasons;
        answer.Explanation = ForwardValues.ReadExplanation(ref reader);
        var model = reader.Unsigned();
        if (model == (ulong)models.Count)
        {
            models.Add(new ScoredBy(
                ForwardValues.ReadString(ref reader), ForwardValues.ReadString(ref reader),
                ForwardValues.ReadFloat(ref reader), ForwardValues.ReadFloat(ref reader)));
        }

        answer.ScoredBy = model < (ulong)models.Count
            ? models[(int)model]
            : throw new CorruptStateException("answers to forwarded payments: expected the number of a model spelt out before");
    }
}
