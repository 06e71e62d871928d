using System.Buffers;
using System.Runtime.InteropServices;
using Fraud.Http.Problems;
using Fraud.Http.RateLimits;
using Fraud.Http.Routing;
using Fraud.Http.Scoring;
using Fraud.Model.Decoding;
using Fraud.Stream.Overload;
using Fraud.Stream.Scoring;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.PredictStream;

/// <summary>
/// Reads lines as payments and has them scored as <c>POST /predict</c> does, but waits where that would refuse: a full
/// service, or a client that used up its rate, slows the stream down. Thread-safe.
/// </summary>
internal sealed class LineScorer(
    AdmissionGate gate,
    ReplyPool replies,
    TransactionReader reader,
    PredictStreamOptions options,
    OverloadOptions overload,
    ModelRoutes models,
    PaymentRouter router,
    TimeProvider time)
{
    // A scoring thread takes far less for what it has; asking more often would only cost.
    private static readonly TimeSpan FullPause = TimeSpan.FromMilliseconds(10);

    private readonly Problem _tooLong = new(413, "Payload Too Large", $"line: expected at most {options.MaxLineBytes} bytes")
    {
        Field = "line",
        Expected = $"at most {options.MaxLineBytes} bytes",
    };

    /// <summary>Most lines that go together: small enough that the first does not wait long for the last, and never more than can be admitted.</summary>
    public int MaxChunk { get; } = Math.Min(64, Math.Min(options.MaxInFlight, overload.QueueCapacity));

    /// <summary>Adds one line to the chunk, as a payment or as an error.</summary>
    public void Add(LineChunk chunk, long number, in ReadOnlySequence<byte> line, bool isTooLong)
    {
        if (isTooLong)
        {
            chunk.Add(number, _tooLong);
            return;
        }

        var payment = gate.Rent();
        var wrong = reader.TryRead(line.IsSingleSegment ? line.FirstSpan : line.ToArray(), payment.Transaction, out var error)
            ? ModelInputs.Check(payment.Transaction, models)
            : Problem.Of(error);
        if (wrong is not null)
        {
            gate.Return(payment);
            chunk.Add(number, wrong);
            return;
        }

        gate.Prepare(payment);
        chunk.Add(number, payment);
    }

    /// <summary>Hands the chunk's payments over, once there is room for them.</summary>
    public async ValueTask Submit(HttpContext context, LineChunk chunk, CancellationToken cancellation)
    {
        if (chunk.Payments.Count == 0)
        {
            return;
        }

        var client = ClientKey.Of(context);
        try
        {
            if (!chunk.Payments.TrueForAll(router.IsHere) || !await TryAdmit(client, chunk, cancellation))
            {
                await Route(client, chunk, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            Return(chunk);
            throw;
        }
    }

    private async ValueTask Route(string client, LineChunk chunk, CancellationToken cancellation)
    {
        while (!gate.TryTakeRate(client, chunk.Payments.Count, out var rest))
        {
            await Task.Delay(rest, time, cancellation);
        }

        // Awaited where it is written.
        chunk.Routed = router.Score(chunk.Payments, cancellation);
    }

    /// <returns>False when a shard closed since it was looked at, and nothing was done.</returns>
    private async ValueTask<bool> TryAdmit(string client, LineChunk chunk, CancellationToken cancellation)
    {
        while (true)
        {
            var admission = TryAdmit(client, chunk);
            switch (admission.Outcome)
            {
                case AdmissionOutcome.Admitted:
                    chunk.ScoreMoved = reply => router.ScoreMoved(reply, cancellation);
                    return true;
                case AdmissionOutcome.Moved:
                    chunk.Payments.ForEach(static payment => payment.Reply = null);
                    return false;
                case AdmissionOutcome.NotRunning:
                    Return(chunk);
                    chunk.Refused = Problem.Of(admission);
                    return true;
                case AdmissionOutcome.Full:
                    await Task.Delay(FullPause, time, cancellation);
                    break;
                default:
                    await Task.Delay(admission.RetryAfter, time, cancellation);
                    break;
            }
        }
    }

    private Admission TryAdmit(string client, LineChunk chunk)
    {
        var payments = CollectionsMarshal.AsSpan(chunk.Payments);
        var reply = replies.Rent(payments.Length);
        // Tells later which of them were answered, if not all were.
        Array.Clear(reply.Answers, 0, payments.Length);
        for (var i = 0; i < payments.Length; i++)
        {
            payments[i].Reply = reply;
            payments[i].ReplyIndex = i;
        }

        var admission = gate.TryAdmit(client, payments);
        if (admission.IsAdmitted)
        {
            replies.Watch(reply);
            chunk.Reply = reply;
        }
        else
        {
            replies.Return(reply);
        }

        return admission;
    }

    private void Return(LineChunk chunk)
    {
        foreach (var payment in chunk.Payments)
        {
            gate.Return(payment);
        }
    }
}
