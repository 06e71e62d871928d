using Fraud.Http.ApiDocs;

namespace Fraud.Http.Cases;

/// <summary>Flagged payments as the OpenAPI document tells of them.</summary>
internal static class CasesDescriptions
{
    public const string Tag = "Flagged payments";

    private static readonly string[] Statuses = ["NEW", "INVESTIGATED", "FRAUD", "DISMISSED"];

    // Without its braces: one of them has a history besides.
    private const string Payment = """
        "transaction_id": "order-1001",
        "card_id": "****d41f",
        "terminal_id": "terminal-4",
        "amount": 950.5,
        "currency": "EUR",
        "event_time": "2025-11-20T12:00:00+00:00",
        "timestamp": "2025-11-20T12:00:00+00:00",
        "source": "online",
        "fraud_score": 0.8731,
        "ml_anomaly_score": 0.8731,
        "is_anomaly": true,
        "decision": "block",
        "reasons": ["amount is unusually high for this card"],
        "model": "payments",
        "model_version": "1",
        "scored_at": "2025-11-20T12:00:00.125+00:00",
        "status": "INVESTIGATED",
        "version": 1,
        "updated_at": "2025-11-20T12:05:00+00:00",
        "updated_by": "key 3f2a9c11d0b7 (analysts)",
        "note": "called the cardholder"
        """;

    private static readonly ApiParameter Id = new("transaction_id", "path", "A payment that was reviewed or blocked.", "order-1001");

    private static readonly ApiParameter AnyId = Id with { In = "query" };

    private static readonly ApiShape Anomaly = WithPayment(new ApiShape("FlaggedPayment", $"{{{Payment}}}"), "The payment's card, masked.");

    private static readonly ApiShape Anomalies = new("FlaggedPayments", """
        {"data":[],"count":1,"limit":50,"next_cursor":"1763640000000.4711"}
        """)
    {
        { "data", "Flagged payments in the order asked for.", Anomaly },
        { "count", "How many are in this page." },
        { "limit", "How many a page may have." },
        { "next_cursor", "Send it as cursor for the next page; null when this is the last. The Link header has it, too.", FieldIs.Nullable },
    };

    private static readonly ApiShape Single = WithPayment(new ApiShape("FlaggedPaymentWithHistory", $$"""
        {
          {{Payment}},
          "history": [
            {
              "version": 1,
              "at": "2025-11-20T12:05:00+00:00",
              "by": "key 3f2a9c11d0b7 (analysts)",
              "from": "NEW",
              "to": "INVESTIGATED",
              "note": "called the cardholder"
            }
          ]
        }
        """)
    {
        { "history", "What people did about it: its last 100 changes." },
        { "history[].version", "The case's version that the change made." },
        { "history[].at", "When, in UTC." },
        { "history[].by", "Who." },
        { "history[].from", "The status before.", FieldIs.Required, Statuses },
        { "history[].to", "The status from then on.", FieldIs.Required, Statuses },
        { "history[].note", "What was noted.", FieldIs.Nullable },
    }, "What stands for the payment's card; a card number is masked.");

    private static readonly ApiShape Change = new("StatusChange", """{"new_status":"FRAUD","note":"the cardholder denies it"}""")
    {
        { "new_status", "FRAUD and DISMISSED also store a label, which the others take back; upper or lower case.", FieldIs.Required, Statuses },
        { "note", "For whoever reads it later; at most Cases:MaxNoteLength characters.", FieldIs.Optional | FieldIs.Nullable },
    };

    private static readonly ApiShape Changed = new("StatusChanged", """
        {
          "message": "Transaction status updated",
          "transaction_id": "order-1001",
          "old_status": "NEW",
          "new_status": "FRAUD",
          "version": 1
        }
        """)
    {
        { "message", "That it was done." },
        { "transaction_id", "The payment's id." },
        { "old_status", "The status before.", FieldIs.Required, Statuses },
        { "new_status", "The status now.", FieldIs.Required, Statuses },
        { "version", "The case's version now; the ETag header has it, too." },
    };

    public static ApiDescription List { get; } = new(Tag, "Flagged payments")
    {
        Detail =
            "Payments that were reviewed or blocked, latest event time first unless sort says otherwise, page by page. Cards are masked. Page by cursor: "
            + "payments that arrive meanwhile do not shift it.",
        Parameters =
        [
            new ApiParameter("limit", "query", "How many a page may have, 1 to Cases:MaxLimit.", "50") { Type = "integer" },
            new ApiParameter(
                "sort", "query", "What comes first: time (the latest), score or amount (the highest; in minor units, whatever the currency). "
                + "Only time has an index; for the others all that the filters leave is read.", "score")
            {
                IsRare = true,
            },
            new ApiParameter("cursor", "query", "next_cursor of the page before, with the same sort.", "1763640000000.4711") { IsRare = true },
            new ApiParameter("offset", "query", "How many to pass over, at most Cases:MaxOffset; new payments shift it.", "0") { Type = "integer", IsRare = true },
            new ApiParameter("min_score", "query", "Least score, 0 to 1.", "0.5") { Type = "number", IsRare = true },
            new ApiParameter("status", "query", "Only those of this status.", "NEW") { IsRare = true },
            new ApiParameter("from", "query", "Earliest event time: ISO 8601, or seconds or milliseconds since 1970.", "2025-11-20T00:00:00Z") { IsRare = true },
            new ApiParameter("to", "query", "First event time that is too late, in the same forms.", "2025-11-21T00:00:00Z") { IsRare = true },
        ],
        Answers = [ApiAnswer.Json(Anomalies, "A page.")],
        Problems = [400, 503],
    };

    public static ApiDescription Get { get; } = new(Tag, "A flagged payment and its history")
    {
        Detail = "One flagged payment with the token that stands for its card (a card number is masked) and what was done about it.",
        Parameters =
        [
            Id,
            new ApiParameter("If-None-Match", "header", "The ETag of what you have: 304 when that is all there is.", "\"v1\"") { IsRare = true },
        ],
        Answers = [ApiAnswer.Json(Single, "The payment. The ETag header has the case's version."), new ApiAnswer(304, "You have it.")],
        Problems = [404, 503],
        ExampleStatus = 404,
    };

    public static ApiDescription GetByQuery { get; } = Get with
    {
        Summary = "A flagged payment by any id",
        Detail = "The same, for ids that no path can carry: \"..\", or one with slashes behind a proxy that changes them.",
        Parameters = [AnyId, .. Get.Parameters.Skip(1)],
        Problems = [400, .. Get.Problems],
    };

    public static ApiDescription Update { get; } = new(Tag, "Change a case's status")
    {
        Detail =
            "Stores a decision about a flagged payment, the record of who made it, and a label where it says whether it was a "
            + "fraud; all or nothing.",
        Parameters =
        [
            Id,
            new ApiParameter(
                "If-Match", "header", "The ETag of the case as you read it: 412 when somebody changed it since. With Cases:RequireIfMatch 428 without it.", "\"v1\"")
            {
                IsRare = true,
            },
        ],
        Bodies = [ApiBody.Json(Change)],
        Answers = [ApiAnswer.Json(Changed, "It is stored.")],
        Problems = [400, 404, 408, 412, 413, 415, 428, 503],
        ExampleStatus = 404,
    };

    public static ApiDescription UpdateByQuery { get; } = Update with
    {
        Summary = "Change a case's status by any id",
        Detail = "The same, for ids that no path can carry: \"..\", or one with slashes behind a proxy that changes them.",
        Parameters = [AnyId, .. Update.Parameters.Skip(1)],
    };

    private static ApiShape WithPayment(ApiShape shape, string card)
    {
        shape.Add("transaction_id", "The payment's id.");
        shape.Add("card_id", card);
        shape.Add("terminal_id", "Where it was paid; may be empty.");
        shape.Add("amount", "In the currency's main unit.", FieldIs.Number);
        shape.Add("currency", "ISO 4217.");
        shape.Add("event_time", "When it was paid, in UTC.");
        shape.Add("timestamp", "The same.");
        shape.Add("source", "Through which channel it came; may be empty.");
        shape.Add("fraud_score", "From 0, legitimate, to 1, fraud.", FieldIs.Number);
        shape.Add("ml_anomaly_score", "The same.", FieldIs.Number);
        shape.Add("is_anomaly", "Always true: others are not listed.");
        shape.Add("decision", "What was to be done with it.", FieldIs.Required, "review", "block");
        shape.Add("reasons", "What weighed most.");
        shape.Add("model", "The model that scored it.");
        shape.Add("model_version", "Its version.");
        shape.Add("scored_at", "When it was scored, in UTC.");
        shape.Add("status", "How far people are with it.", FieldIs.Required, Statuses);
        shape.Add("version", "Raised by each change; 0 when there was none.");
        shape.Add("updated_at", "When it was changed last, if ever.", FieldIs.Optional);
        shape.Add("updated_by", "Who changed it.", FieldIs.Optional);
        shape.Add("note", "What was noted with the last change.", FieldIs.Optional | FieldIs.Nullable);
        return shape;
    }
}
