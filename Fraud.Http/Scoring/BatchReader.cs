using System.Text.Json;
using Fraud.Http.Problems;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Fraud.Stream.Batching;
using Fraud.Stream.Overload;
using Fraud.Stream.Scoring;

namespace Fraud.Http.Scoring;

/// <summary>Reads a batch: the good payments into payments of the pool, of the others what is wrong. Thread-safe.</summary>
internal sealed class BatchReader(
    AdmissionGate gate, TransactionReader reader, TransactionLimits limits, CardNumberGuard cards, HttpOptions options, ModelRoutes models)
{
    /// <summary>What is wrong with all of it; null when its items say for themselves.</summary>
    /// <exception cref="JsonException">The text is no JSON. What was read before stays in the batch.</exception>
    public Problem? Read(ReadOnlySpan<byte> json, BatchRequest batch)
    {
        var parser = new Utf8JsonReader(ByteOrderMark.Skip(json), reader.JsonOptions);
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
                if (FieldReaders.NameIs(ref parser, "transactions"u8))
                {
                    parser.Read();
                    if (found || parser.TokenType != JsonTokenType.StartArray)
                    {
                        return Wrong("transactions", "one array of payments");
                    }

                    found = true;
                    problem = ReadItems(ref parser, batch);
                }
                else if (FieldReaders.NameIs(ref parser, "batch_id"u8))
                {
                    parser.Read();
                    if (parser.TokenType == JsonTokenType.Null)
                    {
                        continue;
                    }

                    if (!batch.Id.IsEmpty || !FieldReaders.TryReadId(ref parser, limits.MaxIdLength, ref batch.Id))
                    {
                        return Wrong("batch_id", $"one string that is not blank, of at most {limits.MaxIdLength} bytes");
                    }

                    if (!cards.TryOther(ref batch.Id))
                    {
                        return Wrong("batch_id", CardNumberGuard.Expected);
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
            if (!TryRead(ref parser, payment, out var error))
            {
                gate.Return(payment);
                batch.Fail(error);
            }
            else if (ModelInputs.Check(payment.Transaction, models) is { } mismatch)
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

    private bool TryRead(ref Utf8JsonReader parser, Payment payment, out DecodeError error)
    {
        try
        {
            return reader.TryRead(ref parser, payment.Transaction, out error);
        }
        catch (JsonException)
        {
            // Not the batch's yet, so nobody else gives it back.
            gate.Return(payment);
            throw;
        }
    }

    private static DecodeError DecodeErrorOf(string field, string expected) => new("invalid_field", field, expected);

    private static Problem Wrong(string field, string expected) => new(400, "Bad Request", $"{field}: expected {expected}")
    {
        Field = field,
        Expected = expected,
    };
}
