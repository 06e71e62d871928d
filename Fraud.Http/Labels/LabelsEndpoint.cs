using System.Globalization;
using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Audit;
using Fraud.Http.Idempotency;
using Fraud.Http.Problems;
using Fraud.Http.RateLimits;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Model;
using Fraud.Model.Decoding;
using Fraud.Stream.Audit;
using Fraud.Stream.Ingest;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Overload;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Labels;

/// <summary>
/// <c>POST /labels</c>: what analysts found out about payments, as an array, or one object a line. All of it is
/// stored before the answer, or nothing; every node hears of it through the label journal.
/// </summary>
internal sealed class LabelsEndpoint(
    LabelReader reader,
    TransactionLimits limits,
    HttpOptions options,
    KafkaOptions kafka,
    AdmissionGate gate,
    IFraudStore store,
    IAuditLog audit,
    GraphStatus graph,
    EngineWakes wakes,
    RateHeaders rates) : IEndpoints
{
    private const string Lines = "application/x-ndjson";

    // Not through a topic: it has no offset to remember.
    private const int NoPartition = -1;

    private static readonly Problem Unsupported = new(
        415, "Unsupported Media Type", $"Content-Type: expected application/json with an array, or {Lines}")
    {
        Field = "Content-Type",
        Expected = $"application/json with an array, or {Lines}",
    };

    private static readonly Problem Away = new(503, "Service Unavailable", "The store is away. Send the same labels again: each counts once.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/labels", (Delegate)Post)
            .Needs(Access.Analyst).Limited(RateClass.Payments).TakesIdempotencyKey().WithName("addLabels").Describe(LabelsDescriptions.Labels);

    private async Task<Results<Ok<LabelsStored>, Problem>> Post(HttpContext context)
    {
        var isLines = context.Request.ContentType is { } type
            && type.Split(';')[0].Trim().Equals(Lines, StringComparison.OrdinalIgnoreCase);
        if (!isLines && !ContentTypes.IsJson(context.Request))
        {
            return Unsupported;
        }

        var labels = new List<Label>();
        if (await Read(context, isLines, labels) is { } wrong)
        {
            return wrong;
        }

        var isWithinRate = gate.TryTakeRate(ClientKey.Of(context), labels.Count, out var retryAfter, out var rate);
        rates.Write(context, rate);
        if (!isWithinRate)
        {
            return Problem.Of(new Admission(AdmissionOutcome.RateLimited, retryAfter));
        }

        if (graph.State is not (GraphState.Running or GraphState.Draining))
        {
            // The store may not even be open yet.
            return Problem.Of(new Admission(AdmissionOutcome.NotRunning, TimeSpan.FromSeconds(1)));
        }

        IReadOnlyList<LabelChange> changes;
        try
        {
            // The store's calls block. Not given up when the caller leaves: it would not know what became of it.
            changes = await Task.Run(() => Commit(context, labels), CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            return Away;
        }

        wakes.Follower.Set();
        return TypedResults.Ok(new LabelsStored
        {
            Stored = labels.Count,
            NewFrauds = changes.Count(static change => change.FraudDelta > 0),
            FraudsTakenBack = changes.Count(static change => change.FraudDelta < 0),
        });
    }

    private IReadOnlyList<LabelChange> Commit(HttpContext context, List<Label> labels)
    {
        var changes = store.CommitLabels(kafka.LabelsTopic, NoPartition, 0, labels);
        audit.Record(context, "labels posted", "labels", string.Create(
            CultureInfo.InvariantCulture,
            $"{labels.Count} labels, {changes.Count(static change => change.FraudDelta > 0)} new frauds, {changes.Count(static change => change.FraudDelta < 0)} taken back"));
        return changes;
    }

    private async ValueTask<Problem?> Read(HttpContext context, bool isLines, List<Label> labels)
    {
        var body = await RequestBody.Read(context, limits.MaxBodyBytes);
        if (body.IsTooLarge)
        {
            return ContentTypes.TooLarge(limits.MaxBodyBytes);
        }

        try
        {
            var wrong = isLines ? ReadLines(body.Bytes, labels) : ReadArray(body.Bytes, labels);
            return wrong ?? (labels.Count == 0 ? Wrong("body", $"1 to {options.MaxBatch} labels") : null);
        }
        catch (JsonException)
        {
            return Wrong("body", isLines ? "one JSON object a line" : "a JSON array of labels");
        }
        finally
        {
            body.Release();
        }
    }

    private Problem? ReadArray(ReadOnlySpan<byte> json, List<Label> labels)
    {
        json = ByteOrderMark.Skip(json);
        var parser = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = limits.MaxJsonDepth + 1 });
        if (!parser.Read() || parser.TokenType != JsonTokenType.StartArray)
        {
            return Wrong("body", "a JSON array of labels");
        }

        while (parser.Read() && parser.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)parser.TokenStartIndex;
            parser.Skip();
            if (Add(json[start..(int)parser.BytesConsumed], $"labels[{labels.Count}]", labels) is { } wrong)
            {
                return wrong;
            }
        }

        // Whatever follows makes the body no JSON.
        while (parser.Read())
        {
        }

        return null;
    }

    private Problem? ReadLines(ReadOnlySpan<byte> text, List<Label> labels)
    {
        var number = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            number++;
            var line = text[range].Trim(" \r\t"u8);
            if (!line.IsEmpty && Add(line, $"line {number}", labels) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private Problem? Add(ReadOnlySpan<byte> json, string where, List<Label> labels)
    {
        if (labels.Count == options.MaxBatch)
        {
            return Wrong("body", $"1 to {options.MaxBatch} labels");
        }

        if (!reader.TryRead(json, out var label, out var error))
        {
            return Problem.Of(error) with { Detail = $"{where}: {error.Message}", Field = error.Field is { } field ? $"{where}.{field}" : where };
        }

        labels.Add(label);
        return null;
    }

    private static Problem Wrong(string field, string expected) =>
        new(400, "Bad Request", $"{field}: expected {expected}") { Field = field, Expected = expected };
}
