using System.Text.Json;
using Fraud.Http.Problems;
using Fraud.Model;
using Fraud.Model.Decoding;
using Fraud.Stream.Batching;
using Fraud.Stream.Overload;
using Fraud.Stream.Scoring;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Scoring;

/// <summary>
/// <c>POST /predict/batch</c>: an array of payments, or an object with "transactions" and "batch_id". Wrong
/// items are reported one by one; the good ones are admitted together or not at all.
/// </summary>
internal sealed class BatchEndpoint(
    AdmissionGate gate,
    ReplyPool replies,
    TransactionReader reader,
    TransactionLimits limits,
    HttpOptions options,
    ModelHolder models)
{
    public async Task Handle(HttpContext context)
    {
        if (!ContentTypes.IsJson(context.Request))
        {
            await ContentTypes.Unsupported.Write(context);
            return;
        }

        var batch = new BatchRequest();
        var started = replies.Time.GetTimestamp();
        if (await Read(context, batch) is { } problem)
        {
            ReturnAll(batch);
            await problem.Write(context);
            return;
        }

        if (batch.Payments.Count == 0)
        {
            // Every item was wrong: the answer says so for each.
            await JsonAnswer.Write(context, (batch, reply: (PendingReply?)null, elapsed: 0.0), WriteBatch);
            return;
        }

        var reply = replies.Rent(batch.Payments.Count);
        for (var i = 0; i < batch.Payments.Count; i++)
        {
            batch.Payments[i].Reply = reply;
            batch.Payments[i].ReplyIndex = i;
        }

        var admission = gate.TryAdmit(ClientKey.Of(context), batch.Payments.ToArray());
        if (!admission.IsAdmitted)
        {
            ReturnAll(batch);
            replies.Return(reply);
            await Problem.Of(admission).Write(context);
            return;
        }

        replies.Watch(reply);
        try
        {
            var outcome = await reply.Outcome;
            if (outcome == ReplyOutcome.Answered)
            {
                var elapsed = replies.Time.GetElapsedTime(started).TotalMilliseconds;
                await JsonAnswer.Write(context, (batch, reply: (PendingReply?)reply, elapsed), WriteBatch);
            }
            else
            {
                await ReplyProblems.Of(outcome).Write(context);
            }
        }
        finally
        {
            reply.Release();
        }
    }

    private async ValueTask<Problem?> Read(HttpContext context, BatchRequest batch)
    {
        var body = await RequestBody.Read(context, limits.MaxBodyBytes);
        if (body.IsTooLarge)
        {
            return ContentTypes.TooLarge(limits.MaxBodyBytes);
        }

        try
        {
            return Parse(body.Bytes, batch);
        }
        catch (JsonException)
        {
            return new Problem(400, "The body is not valid JSON", "body: expected an array of payments, or an object with \"transactions\"")
            {
                Field = "body",
                Expected = "an array of payments, or an object with \"transactions\"",
            };
        }
        finally
        {
            body.Release();
        }
    }

    private Problem? Parse(ReadOnlySpan<byte> json, BatchRequest batch)
    {
        var parser = new Utf8JsonReader(json, reader.JsonOptions);
        parser.Read();
        Problem? problem = null;
        if (parser.TokenType == JsonTokenType.StartArray)
        {
            problem = ReadItems(ref parser, batch);
        }
        else if (parser.TokenType == JsonTokenType.StartObject)
        {
            var found = false;
            while (problem is null && parser.Read() && parser.TokenType == JsonTokenType.PropertyName)
            {
                if (parser.ValueTextEquals("transactions"u8))
                {
                    parser.Read();
                    if (found || parser.TokenType != JsonTokenType.StartArray)
                    {
                        return Wrong("transactions", "one array of payments");
                    }

                    found = true;
                    problem = ReadItems(ref parser, batch);
                }
                else if (parser.ValueTextEquals("batch_id"u8))
                {
                    parser.Read();
                    if (!FieldReaders.TryReadId(ref parser, limits.MaxIdLength, ref batch.Id))
                    {
                        return Wrong("batch_id", $"a non-empty string of at most {limits.MaxIdLength} bytes");
                    }
                }
                else
                {
                    parser.Read();
                    parser.Skip();
                }
            }

            if (problem is null && !found)
            {
                return Wrong("transactions", "an array of payments");
            }
        }
        else
        {
            return Wrong("body", "an array of payments, or an object with \"transactions\"");
        }

        if (problem is not null)
        {
            return problem;
        }

        // Whatever follows makes the body no JSON.
        while (parser.Read())
        {
        }

        return batch.Count == 0 ? Wrong("transactions", $"1 to {options.MaxBatch} payments") : null;
    }

    private Problem? ReadItems(ref Utf8JsonReader parser, BatchRequest batch)
    {
        while (parser.Read() && parser.TokenType != JsonTokenType.EndArray)
        {
            if (batch.Count == options.MaxBatch)
            {
                return Wrong("transactions", $"1 to {options.MaxBatch} payments");
            }

            if (parser.TokenType != JsonTokenType.StartObject)
            {
                parser.Skip();
                batch.Fail(DecodeErrorOf("body", "a payment as a JSON object"));
                continue;
            }

            var payment = gate.Rent();
            if (!reader.TryRead(ref parser, payment.Transaction, out var error))
            {
                gate.Return(payment);
                batch.Fail(error);
            }
            else if (ModelInputs.Check(payment.Transaction, models.Current.Model.Manifest) is { } mismatch)
            {
                gate.Return(payment);
                batch.Fail(DecodeErrorOf(mismatch.Field!, mismatch.Expected!));
            }
            else
            {
                batch.Add(payment);
            }
        }

        return null;
    }

    private void ReturnAll(BatchRequest batch)
    {
        foreach (var payment in batch.Payments)
        {
            gate.Return(payment);
        }
    }

    private static void WriteBatch(Utf8JsonWriter json, (BatchRequest Batch, PendingReply? Reply, double Elapsed) state)
    {
        var (batch, reply, elapsed) = state;
        var frauds = 0;
        double scores = 0;
        json.WriteStartObject();
        if (!batch.Id.IsEmpty)
        {
            json.WriteString("batch_id"u8, batch.Id.Utf8);
        }

        json.WriteStartArray("results"u8);
        for (var i = 0; i < batch.Payments.Count; i++)
        {
            ref var answer = ref reply!.Answers[i];
            frauds += answer.Decision != Decision.Approve ? 1 : 0;
            scores += answer.Score;
            answer.WriteTo(json, batch.Indices[i]);
        }

        json.WriteEndArray();
        json.WriteStartArray("errors"u8);
        foreach (var (index, error) in batch.Errors)
        {
            json.WriteStartObject();
            json.WriteNumber("index"u8, index);
            json.WriteString("field"u8, error.Field);
            json.WriteString("expected"u8, error.Expected);
            json.WriteString("detail"u8, error.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        var scored = batch.Payments.Count;
        json.WriteStartObject("statistics"u8);
        json.WriteNumber("count"u8, batch.Count);
        json.WriteNumber("scored"u8, scored);
        json.WriteNumber("failed"u8, batch.Errors.Count);
        json.WriteNumber("frauds"u8, frauds);
        json.WriteNumber("fraud_rate"u8, scored == 0 ? 0 : (double)frauds / scored);
        json.WriteNumber("mean_score"u8, scored == 0 ? 0 : scores / scored);
        json.WriteNumber("processing_time_ms"u8, Math.Round(elapsed, 3));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static DecodeError DecodeErrorOf(string field, string expected) => new("invalid_field", field, expected);

    private static Problem Wrong(string field, string expected) => new(400, "A field is wrong", $"{field}: expected {expected}")
    {
        Field = field,
        Expected = expected,
    };

    private sealed class BatchRequest
    {
        public ShortText Id;

        public List<Payment> Payments { get; } = [];

        /// <summary>Which item of the request each payment was: wrong items leave gaps.</summary>
        public List<int> Indices { get; } = [];

        public List<(int Index, DecodeError Error)> Errors { get; } = [];

        public int Count { get; private set; }

        public void Add(Payment payment)
        {
            Payments.Add(payment);
            Indices.Add(Count++);
        }

        public void Fail(DecodeError error) => Errors.Add((Count++, error));
    }
}
