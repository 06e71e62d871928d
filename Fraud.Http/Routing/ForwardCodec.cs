using Fraud.Http.Scoring;
using Fraud.Model;
using Fraud.Model.Reasons;
using Fraud.Model.Snapshots;
using Fraud.Stream.Batching;
using Fraud.Stream.Overload;

namespace Fraud.Http.Routing;

/// <summary>
/// What travels between nodes: payments of one shard with the time left for each (about 60 bytes a payment), and their outcomes in the
/// same order, with the number that the first node gave the message.
/// </summary>
/// <remarks>
/// A new version of either is sent only once all nodes read it (rule 27 of docs/decisions/0011); Fraud.Tests has the bytes of each.
/// </remarks>
internal static class ForwardCodec
{
    /// <summary>Most payments in one message.</summary>
    public const int MaxPayments = 1_024;

    /// <summary>Longest content of a message: Akka.Remote's frame has 128,000 bytes, and paths and manifest take some hundred.</summary>
    public const int MaxBytes = 126_000;

    // A payment has at most four texts of 64 bytes, 30 numbers, and a trace parent of 56: with the checksum below 512 bytes.
    private const int RequestBytes = 96_000 - 512;

    // An answer is usually below 400 bytes; with what each of a thousand inputs contributed it is 45 kB.
    private const int AnswerBytes = 64_000;

    private const byte RequestVersion = 1;
    private const byte AnswerVersion = 1;

    private const byte IsCallersDeadline = 1;
    private const byte IsExplanationWanted = 2;
    private const byte HasTrace = 4;

    // Reasons are short lines, a handful at most.
    private const int MaxReasons = 64;

    public static void BeginRequest(StateWriter writer, ulong number)
    {
        writer.Begin(RequestVersion);
        writer.Unsigned(number);
    }

    /// <summary>Whether another payment fits, whatever it is.</summary>
    public static bool HasRoom(StateWriter writer, int payments) => payments < MaxPayments && writer.Length <= RequestBytes;

    /// <summary>Adds a payment, unless nobody waits for it any more.</summary>
    public static bool TryWrite(StateWriter writer, RoutedPayment item, long now, TimeProvider time)
    {
        // Its request may give it away meanwhile; what was read stays as it is while a sender has it.
        if (item.Payment is not { } payment || item.Outcome != RouteOutcome.Pending || item.Deadline <= now)
        {
            return false;
        }

        writer.Unsigned((ulong)time.GetElapsedTime(now, item.Deadline).TotalMilliseconds);
        // A deadline that the caller named holds in the owner's lane too; the service's own ends only the wait.
        var flags = (payment.Deadline == 0 ? 0 : IsCallersDeadline) | (item.IsExplanationWanted ? IsExplanationWanted : 0) | (item.TraceParent is null ? 0 : HasTrace);
        writer.Byte((byte)flags);
        Write(writer, payment.Transaction);
        if (item.TraceParent is not null)
        {
            writer.String(item.TraceParent);
        }

        return true;
    }

    /// <param name="gate">Lends the payments, and fills in what the first node cannot know.</param>
    /// <param name="number">To be said again in the answer.</param>
    /// <exception cref="CorruptStateException">The bytes are damaged or of another version.</exception>
    public static List<RoutedPayment> ReadRequest(ReadOnlySpan<byte> body, AdmissionGate gate, TimeProvider time, out ulong number)
    {
        var payments = new List<RoutedPayment>();
        Payment? reading = null;
        try
        {
            var now = time.GetTimestamp();
            var reader = new StateReader(body, RequestVersion, "forwarded payments");
            number = reader.Unsigned();
            while (!reader.IsAtEnd)
            {
                if (payments.Count == MaxPayments)
                {
                    throw new CorruptStateException($"forwarded payments: expected at most {MaxPayments}");
                }

                var left = (long)Math.Min(reader.Unsigned(), (ulong)TimeSpan.FromHours(1).TotalMilliseconds);
                var deadline = now + (left * time.TimestampFrequency / 1_000);
                var flags = reader.Byte();
                reading = gate.Rent();
                reading.Deadline = (flags & IsCallersDeadline) != 0 ? deadline : 0;
                reading.IsExplanationWanted = (flags & IsExplanationWanted) != 0;
                Read(ref reader, reading.Transaction);
                gate.PrepareForwarded(reading);
                payments.Add(new RoutedPayment(reading, deadline) { TraceParent = (flags & HasTrace) != 0 ? reader.String() : null });
                reading = null;
            }

            return payments;
        }
        catch (Exception error) when (error is CorruptStateException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            // What was rented goes back, whatever the bytes are.
            payments.ForEach(payment => payment.Return(gate));
            if (reading is not null)
            {
                gate.Return(reading);
            }

            throw error as CorruptStateException ?? new CorruptStateException("forwarded payments: expected them whole");
        }
    }

    /// <summary>The outcomes from one payment on, as many as fit into a message.</summary>
    /// <param name="node">Who scored them.</param>
    /// <param name="from">The first one; then the one behind the last.</param>
    public static byte[] WriteAnswers(StateWriter writer, ulong number, string node, List<RoutedPayment> payments, ref int from)
    {
        writer.Begin(AnswerVersion);
        writer.Unsigned(number);
        writer.String(node);
        writer.Unsigned((ulong)from);
        var models = new List<ScoredBy>(1);
        for (; from < payments.Count && writer.Length < AnswerBytes; from++)
        {
            var item = payments[from];
            writer.Byte((byte)item.Outcome);
            if (item.Outcome == RouteOutcome.Scored)
            {
                Write(writer, item.Answer, models);
            }
        }

        return writer.End().ToArray();
    }

    /// <summary>Settles each payment with what its owner says.</summary>
    /// <param name="find">The message that an answer is about; null when nobody waits for it.</param>
    /// <param name="counts">Gets the outcomes.</param>
    /// <exception cref="CorruptStateException">The bytes are damaged, or answer other payments; none is settled then.</exception>
    public static SentPayments? ReadAnswers(
        ReadOnlySpan<byte> body, Func<ulong, SentPayments?> find, TimeProvider time, ref OutcomeCounts counts)
    {
        try
        {
            var reader = new StateReader(body, AnswerVersion, "answers to forwarded payments");
            if (find(reader.Unsigned()) is not { } message)
            {
                return null;
            }

            var node = reader.String();
            var first = (int)Math.Min(reader.Unsigned(), int.MaxValue);
            var told = ReadOutcomes(ref reader, node, message.Count - first);
            for (var i = 0; i < told.Count; i++)
            {
                counts.Add(told[i].Outcome);
                Settle(message.Payments[first + i], told[i], time);
            }

            message.Answered(told.Count);
            return message;
        }
        catch (Exception error) when (error is IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            throw new CorruptStateException("answers to forwarded payments: expected them whole");
        }
    }

    // All is read before anything is settled: a settled payment may be on its way again.
    private static List<(RouteOutcome Outcome, Answer Answer)> ReadOutcomes(ref StateReader reader, string node, int most)
    {
        var models = new List<ScoredBy>(1);
        var told = new List<(RouteOutcome Outcome, Answer Answer)>();
        while (!reader.IsAtEnd)
        {
            var outcome = (RouteOutcome)reader.Byte();
            if (outcome is RouteOutcome.Pending or > RouteOutcome.Poisoned || told.Count >= most)
            {
                throw new CorruptStateException("answers to forwarded payments: expected a known outcome for each payment");
            }

            Answer answer = default;
            if (outcome == RouteOutcome.Scored)
            {
                Read(ref reader, ref answer, models);
                answer.Node = node;
            }

            told.Add((outcome, answer));
        }

        return told;
    }

    private static void Settle(in WaitingPayment waiting, in (RouteOutcome Outcome, Answer Answer) told, TimeProvider time)
    {
        var (payment, attempt) = waiting;
        if (told.Outcome == RouteOutcome.Scored)
        {
            payment.Score(told.Answer, time.GetElapsedTime(payment.ArrivedTimestamp).TotalMilliseconds);
        }
        else if (told.Outcome.IsRefusal())
        {
            payment.Group!.Refused(payment, attempt, told.Outcome);
        }
        else
        {
            payment.Settle(told.Outcome);
        }
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
                writer.Single(value);
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
                transaction.Payload[i] = reader.Single();
            }
        }
    }

    // A model is spelt out once and then named by its number.
    private static void Write(StateWriter writer, in Answer answer, List<ScoredBy> models)
    {
        writer.Single(answer.Score);
        writer.Single(answer.InferenceMs);
        writer.Byte((byte)answer.Decision);
        writer.Byte(answer.IsDuplicate ? (byte)1 : (byte)0);
        writer.Unsigned((ulong)answer.Reasons.Count);
        foreach (var reason in answer.Reasons)
        {
            writer.String(reason);
        }

        ForwardedExplanation.Write(writer, answer.Explanation);
        var by = answer.ScoredBy!;
        var model = models.IndexOf(by);
        writer.Unsigned((ulong)(model < 0 ? models.Count : model));
        if (model < 0)
        {
            models.Add(by);
            writer.String(by.Model);
            writer.String(by.Version);
            writer.Single(by.ReviewThreshold);
            writer.Single(by.BlockThreshold);
        }
    }

    private static void Read(ref StateReader reader, ref Answer answer, List<ScoredBy> models)
    {
        answer.Score = reader.Single();
        answer.InferenceMs = reader.Single();
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
            reasons[i] = reader.String();
        }

        answer.Reasons = reasons;
        answer.Explanation = ForwardedExplanation.Read(ref reader);
        var model = reader.Unsigned();
        if (model == (ulong)models.Count)
        {
            models.Add(new ScoredBy(
                reader.String(), reader.String(),
                reader.Single(), reader.Single()));
        }

        answer.ScoredBy = model < (ulong)models.Count
            ? models[(int)model]
            : throw new CorruptStateException("answers to forwarded payments: expected the number of a model spelt out before");
    }
}
