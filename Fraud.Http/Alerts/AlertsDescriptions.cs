using Fraud.Http.ApiDocs;
using Fraud.Http.Cases;

namespace Fraud.Http.Alerts;

/// <summary><c>GET /api/v1/alerts/stream</c> as the OpenAPI document tells of it.</summary>
internal static class AlertsDescriptions
{
    public static ApiDescription Stream { get; } = new(CasesDescriptions.Tag, "Alerts as they come")
    {
        Detail =
            "Server-sent events, those of all nodes on every node, in the order of storing. Event alert: a payment was reviewed "
            + "or blocked; alert_id tells repeats. Event gap: alerts in between are too old to be sent again. Event resume: "
            + "connect again with the id that it names. Connected again with Last-Event-ID, no alert is left out within "
            + "AlertStream:Retention.",
        Parameters =
        [
            new ApiParameter("Last-Event-ID", "header", "Id of the last event that you have; left out: from now on.", "4711") { MaxLength = 19, IsRare = true },
            new ApiParameter("last_event_id", "query", "The same, for a browser's first call.", "4711") { MaxLength = 19, IsRare = true },
        ],
        Answers =
        [
            new ApiAnswer(200, "Events until you leave, or the service stops.", "text/event-stream")
            {
                Text =
                    "id: 4711\nevent: alert\ndata: {\"alert_id\":\"alert-order-1001\",\"transaction_id\":\"order-1001\",\"card_id\":\"****d41f\","
                    + "\"terminal_id\":\"terminal-4\",\"amount\":950.5,\"currency\":\"EUR\",\"event_time\":\"2025-11-20T12:00:00+00:00\","
                    + "\"timestamp\":\"2025-11-20T12:00:00+00:00\",\"source\":\"online\",\"fraud_score\":0.8731,\"ml_anomaly_score\":0.8731,"
                    + "\"is_anomaly\":true,\"decision\":\"block\",\"reasons\":[\"amount is unusually high for this card\"],"
                    + "\"model\":\"payments\",\"model_version\":\"1\",\"scored_at\":\"2025-11-20T12:00:00.125+00:00\"}\n\n",
            },
        ],
        Problems = [400, 503],
    };
}
