using System.Text;
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

    // A model's inputs are features of the profile and the 30 columns of the card data set.
    private const int MaxInputs = 1_024;

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
                WriteFloat(writer, value);
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
                transaction.Payload[i] = ReadFloat(ref reader);
            }
        }
    }

    // A model is spelt out once and then named by its number.
    private static void Write(StateWriter writer, in Answer answer, List<ScoredBy> models)
    {
        WriteFloat(writer, answer.Score);
        WriteFloat(writer, answer.InferenceMs);
        writer.Byte((byte)answer.Decision);
        writer.Byte(answer.IsDuplicate ? (byte)1 : (byte)0);
        writer.Unsigned((ulong)answer.Reasons.Count);
        foreach (var reason in answer.Reasons)
        {
            WriteString(writer, reason);
        }

        writer.Unsigned((ulong)(answer.Explanation?.Inputs.Count ?? 0));
        if (answer.Explanation is { } explanation)
        {
            WriteDouble(writer, explanation.Bias);
            foreach (var input in explanation.Inputs)
            {
                WriteString(writer, input.Name);
                WriteFloat(writer, input.Value);
                WriteDouble(writer, input.LogOdds);
            }
        }

        var by = answer.ScoredBy!;
        var model = models.IndexOf(by);
        writer.Unsigned((ulong)(model < 0 ? models.Count : model));
        if (model < 0)
        {
            models.Add(by);
            WriteString(writer, by.Model);
            WriteString(writer, by.Version);
            WriteFloat(writer, by.ReviewThreshold);
            WriteFloat(writer, by.BlockThreshold);
        }
    }

    private static void Read(ref StateReader reader, ref Answer answer, List<ScoredBy> models)
    {
        answer.Score = ReadFloat(ref reader);
        answer.InferenceMs = ReadFloat(ref reader);
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
            reasons[i] = ReadString(ref reader);
        }

        answer.Reasons = reasons;
        answer.Explanation = ReadExplanation(ref reader);
        var model = reader.Unsigned();
        if (model == (ulong)models.Count)
        {
            models.Add(new ScoredBy(ReadString(ref reader), ReadString(ref reader), ReadFloat(ref reader), ReadFloat(ref reader)));
        }

        answer.ScoredBy = model < (ulong)models.Count
            ? models[(int)model]
            : throw new CorruptStateException("answers to forwarded payments: expected the number of a model spelt out before");
    }

    private static Explanation? ReadExplanation(ref StateReader reader)
    {
        var count = reader.Unsigned();
        if (count == 0)
        {
            return null;
        }

        if (count > MaxInputs)
        {
            throw new CorruptStateException($"answers to forwarded payments: expected at most {MaxInputs} contributions");
        }

        var bias = ReadDouble(ref reader);
        var inputs = new Contribution[count];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = new Contribution(ReadString(ref reader), ReadFloat(ref reader), ReadDouble(ref reader));
        }

        return new Explanation(bias, inputs);
    }

    private static void WriteDouble(StateWriter writer, double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        for (var shift = 0; shift < 64; shift += 8)
        {
            writer.Byte((byte)(bits >> shift));
        }
    }

    private static double ReadDouble(ref StateReader reader)
    {
        ulong bits = 0;
        for (var shift = 0; shift < 64; shift += 8)
        {
            bits |= (ulong)reader.Byte() << shift;
        }

        return BitConverter.UInt64BitsToDouble(bits);
    }

    private static void WriteFloat(StateWriter writer, float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        writer.Byte((byte)bits);
        writer.Byte((byte)(bits >> 8));
        writer.Byte((byte)(bits >> 16));
        writer.Byte((byte)(bits >> 24));
    }

    private static float ReadFloat(ref StateReader reader)
    {
        uint bits = reader.Byte();
        bits |= (uint)reader.Byte() << 8;
        bits |= (uint)reader.Byte() << 16;
        bits |= (uint)reader.Byte() << 24;
        return BitConverter.UInt32BitsToSingle(bits);
    }

    private static void WriteString(StateWriter writer, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        writer.Unsigned((ulong)utf8.Length);
        foreach (var value in utf8)
        {
            writer.Byte(value);
        }
    }

    private static string ReadString(ref StateReader reader)
    {
        var length = reader.Unsigned();
        if (length > MaxBytes)
        {
            throw new CorruptStateException($"answers to forwarded payments: expected a text of at most {MaxBytes} bytes");
        }

        var utf8 = new byte[length];
        for (var i = 0; i < utf8.Length; i++)
        {
            utf8[i] = reader.Byte();
        }

        return Encoding.UTF8.GetString(utf8);
    }
}
