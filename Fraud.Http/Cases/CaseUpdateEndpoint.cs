using Fraud.Http.ApiDocs;
using Fraud.Http.Audit;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Fraud.Model.CardNumbers;
using Fraud.Stream.Audit;
using Fraud.Stream.Cases;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Cases;

/// <summary>
/// <c>PUT /api/v1/anomalies/{transaction_id}</c>: a person's decision about a flagged payment. Stored with the record of
/// it, and with its label where it says whether it was a fraud, all or nothing.
/// </summary>
internal sealed class CaseUpdateEndpoint(
    IFraudStore store, CasesOptions options, CardNumberGuard cards, GraphStatus graph, EngineWakes wakes, IAuditLog audit, RowsToCome rows) : IEndpoints
{
    private const string Done = "Transaction status updated";

    // A status, and a note with every character escaped as six.
    private readonly int _maxBody = 1_024 + (options.MaxNoteLength * 6);

    private static readonly Problem Conflict = new(
        412, "Precondition Failed", "If-Match: expected the ETag that the case has now. Read it again and decide upon that.")
    {
        Field = "If-Match",
        Expected = "the ETag that the case has now",
    };

    private static readonly Problem Unconditional = new(
        428, "Precondition Required", "If-Match: expected the ETag of the case as it was read")
    {
        Field = "If-Match",
        Expected = "the ETag of the case as it was read",
    };

    private static readonly Problem Malformed = new(400, "Bad Request", "If-Match: expected entity tags in quotes such as \"v1\", or *")
    {
        Field = "If-Match",
        Expected = "entity tags in quotes such as \"v1\", or *",
    };

    private static readonly Problem Away = new(
        503, "Service Unavailable", "The store is away; perhaps nothing was stored. Read the case again before you decide once more.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut(CaseAddress.ByPath, (Delegate)Put)
            .Needs(Access.Analyst).WithName("updateAnomaly").Describe(CasesDescriptions.Update);
        routes.MapPut(CaseAddress.ByQuery, (Delegate)Put)
            .Needs(Access.Analyst).WithName("updateAnomalyByQuery").Describe(CasesDescriptions.UpdateByQuery);
    }

    private async Task<Results<Ok<StatusChanged>, Problem>> Put(HttpContext context)
    {
        if (options.RequireIfMatch && context.Request.Headers.IfMatch.Count == 0)
        {
            return Unconditional;
        }

        if (!EntityTag.TryReadMatch(context.Request.Headers.IfMatch, out var versions))
        {
            return Malformed;
        }

        var (change, wrong) = await JsonBody.Read<StatusChange>(context, _maxBody, "a JSON object with new_status");
        if (wrong is not null)
        {
            return wrong;
        }

        if (change!.Note?.Length > options.MaxNoteLength)
        {
            var expected = $"a text of at most {options.MaxNoteLength} characters";
            return new Problem(400, "Bad Request", $"note: expected {expected}") { Field = "note", Expected = expected };
        }

        var note = string.IsNullOrWhiteSpace(change.Note) ? null : cards.Text(change.Note);
        if (note is null && !string.IsNullOrWhiteSpace(change.Note))
        {
            return new Problem(400, "Bad Request", $"note: expected {CardNumberGuard.TextExpected}") { Field = "note", Expected = CardNumberGuard.TextExpected };
        }

        // The type has held it to these.
        _ = CaseStatuses.TryParse(change.NewStatus, out var status);
        return CaseAddress.Read(context, cards, out var id) is { } problem
            ? problem
            : await Change(context, new CaseUpdate(
                id, status, note, Actor.Of(context), versions));
    }

    private async Task<Results<Ok<StatusChanged>, Problem>> Change(HttpContext context, CaseUpdate update)
    {
        if (graph.State is GraphState.Starting)
        {
            return CaseReads.Away;
        }

        CaseResult result;
        try
        {
            // The store's calls block. Not given up when the caller leaves: it would not know what became of it.
            result = await rows.Find(
                update.TransactionId, () => Task.Run(() => Store(context, update), CancellationToken.None),
                static stored => stored.Outcome is not CaseOutcome.NotFound, CancellationToken.None);
        }
        catch (RowRefusedException)
        {
            return CaseReads.Refused;
        }
        catch (StoreUnavailableException)
        {
            return Away;
        }

        if (result.Outcome is CaseOutcome.NotFound)
        {
            return CaseAddress.NotFound;
        }

        context.Response.Headers.ETag = EntityTag.Of(result.Version);
        if (result.Outcome is CaseOutcome.Conflict)
        {
            return Conflict;
        }

        // A label may have come with it.
        wakes.Follower.Set();
        return TypedResults.Ok(new StatusChanged
        {
            Message = Done,
            TransactionId = update.TransactionId.ToString(),
            OldStatus = result.From.Name(),
            NewStatus = update.To.Name(),
            Version = result.Version,
        });
    }

    private CaseResult Store(HttpContext context, CaseUpdate update)
    {
        var result = store.Cases.Change(update);
        if (result.Outcome == CaseOutcome.Changed)
        {
            // The case's own record has the note; this one is where all that people did stands together.
            audit.Record(context, Done, update.TransactionId.ToString(), $"from {result.From.Name()} to {update.To.Name()}");
        }

        return result;
    }
}
