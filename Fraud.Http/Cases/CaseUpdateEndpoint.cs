using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Audit;
using Fraud.Http.Problems;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Model;
using Fraud.Stream.Audit;
using Fraud.Stream.Cases;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Cases;

/// <summary>
/// <c>PUT /api/v1/anomalies/{transaction_id}</c>: somebody's decision about a flagged payment. Stored with the record of
/// it, and with its label where it says whether it was a fraud, all or nothing.
/// </summary>
internal sealed class CaseUpdateEndpoint(IFraudStore store, CasesOptions options, GraphStatus graph, IAuditLog audit) : IEndpoints
{
    // A status, and a note with every character escaped as six.
    private readonly int _maxBody = 1_024 + (options.MaxNoteLength * 6);

    private static readonly Problem Conflict = new(
        412, "The case has changed", "If-Match: expected the ETag that the case has now. Read it again and decide upon that.")
    {
        Field = "If-Match",
        Expected = "the ETag that the case has now",
    };

    private static readonly Problem Unconditional = new(
        428, "The change must say what it was made upon", "If-Match: expected the ETag of the case as it was read")
    {
        Field = "If-Match",
        Expected = "the ETag of the case as it was read",
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut(CaseAddress.ByPath, (RequestDelegate)Handle).Needs(Access.Analyst).Describe(CasesDescriptions.Update);
        routes.MapPut(CaseAddress.ByQuery, (RequestDelegate)Handle).Needs(Access.Analyst).Describe(CasesDescriptions.UpdateByQuery);
    }

    public async Task Handle(HttpContext context)
    {
        if (!ContentTypes.IsJson(context.Request))
        {
            await ContentTypes.Unsupported.Write(context);
            return;
        }

        if (options.RequireIfMatch && context.Request.Headers.IfMatch.Count == 0)
        {
            await Unconditional.Write(context);
            return;
        }

        var (to, note, wrong) = await Read(context);
        ShortText id = default;
        if ((wrong ?? CaseAddress.Read(context, out id)) is { } problem)
        {
            await problem.Write(context);
            return;
        }

        await Change(context, new CaseUpdate(id, to, note, Actor.Of(context), EntityTag.Versions(context.Request.Headers.IfMatch)));
    }

    private CaseResult Store(HttpContext context, CaseUpdate update)
    {
        var result = store.Cases.Change(update);
        if (result.Outcome == CaseOutcome.Changed)
        {
            // The case's own record has the note; this one is where all that people did stands together.
            audit.Record(context, "Transaction status updated", update.TransactionId.ToString(), $"from {result.From.Name()} to {update.To.Name()}");
        }

        return result;
    }

    private async Task Change(HttpContext context, CaseUpdate update)
    {
        CaseResult result;
        try
        {
            if (graph.State is GraphState.Starting)
            {
                await CaseReads.Away.Write(context);
                return;
            }

            // The store's calls block. Not given up when the caller leaves: it would not know what became of it.
            result = await Task.Run(() => Store(context, update), CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            await new Problem(503, "The store is away", "Perhaps nothing was stored. Read the case again before you decide anew.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            }.Write(context);
            return;
        }

        if (result.Outcome is CaseOutcome.NotFound)
        {
            await CaseAddress.NotFound.Write(context);
            return;
        }

        context.Response.Headers.ETag = EntityTag.Of(result.Version);
        if (result.Outcome is CaseOutcome.Conflict)
        {
            await Conflict.Write(context);
            return;
        }

        // A label may have come with it.
        graph.Shards?.Follower.Wake();
        await JsonAnswer.Write(context, (update, result), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("message"u8, "Transaction status updated");
            json.WriteString("transaction_id"u8, state.update.TransactionId.Utf8);
            json.WriteString("old_status"u8, state.result.From.Name());
            json.WriteString("new_status"u8, state.update.To.Name());
            json.WriteNumber("version"u8, state.result.Version);
            json.WriteEndObject();
        });
    }

    private async ValueTask<(CaseStatus To, string? Note, Problem? Wrong)> Read(HttpContext context)
    {
        var body = await RequestBody.Read(context, _maxBody);
        if (body.IsTooLarge)
        {
            return (default, null, ContentTypes.TooLarge(_maxBody));
        }

        try
        {
            return Parse(body.Bytes);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The latter: half a surrogate pair, which is no text.
            return (default, null, Wrong("body", "a JSON object with new_status"));
        }
        finally
        {
            body.Release();
        }
    }

    private (CaseStatus To, string? Note, Problem? Wrong) Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        CaseStatus? to = null;
        string? note = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return (default, null, Wrong("body", "a JSON object with new_status"));
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isStatus = reader.ValueTextEquals("new_status"u8);
            var isNote = reader.ValueTextEquals("note"u8);
            reader.Read();
            if (isStatus)
            {
                if (to is not null || reader.TokenType != JsonTokenType.String || !CaseStatuses.TryParse(reader.GetString(), out var status))
                {
                    return (default, null, Wrong("new_status", CaseStatuses.Expected));
                }

                to = status;
            }
            else if (isNote && reader.TokenType != JsonTokenType.Null)
            {
                if (note is not null || reader.TokenType != JsonTokenType.String || !IsNote(note = reader.GetString()!))
                {
                    return (default, null, Wrong("note", $"one text of at most {options.MaxNoteLength} characters"));
                }
            }
            else
            {
                reader.Skip();
            }
        }

        // Whatever follows makes the body no JSON.
        while (reader.Read())
        {
        }

        return to is { } wanted ? (wanted, string.IsNullOrWhiteSpace(note) ? null : note, null) : (default, null, Wrong("new_status", CaseStatuses.Expected));
    }

    // Stores take no zero characters, and people read it on a terminal, too.
    private bool IsNote(string text) =>
        text.Length <= options.MaxNoteLength && !text.Any(static letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'));

    private static Problem Wrong(string field, string expected) =>
        new(400, "The change cannot be read", $"{field}: expected {expected}") { Field = field, Expected = expected };
}
