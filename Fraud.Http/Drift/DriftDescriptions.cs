using Fraud.Http.ApiDocs;

namespace Fraud.Http.Drift;

/// <summary><c>GET /api/v1/drift</c> as the OpenAPI document tells of it.</summary>
internal static class DriftDescriptions
{
    private const FieldIs NumberOrNull = FieldIs.Nullable | FieldIs.Number;

    public static ApiDescription Report { get; } = new("Models", "Drift, live quality and alarms")
    {
        Detail = "How this node's latest payments are distributed beside those the model in service was trained on, how well "
            + "stored decisions agree with the labels that came, and the alarms that are raised.",
        Answers = [ApiAnswer.Json(new ApiShape("DriftReport", """
            {
              "model": "payments",
              "model_version": "1",
              "status": "watching",
              "reference": { "origin": "manifest", "rows": 67240, "from": "2018-07-25", "to": "2018-07-31" },
              "payments": 120000,
              "skipped": 0,
              "window": { "payments": 4500, "size": 5000 },
              "data_drift_score": 0.05,
              "alarms": [{
                "kind": "feature", "subject": "amount at source=online", "measure": "ks", "value": 0.21, "threshold": 0.15,
                "detail": "distributed otherwise than in the manifest reference", "model": "payments", "model_version": "1",
                "raised_at": "2025-11-20T12:00:00Z", "after_payments": 104500
              }],
              "label_delay_seconds": 604800,
              "quality": [{
                "model": "payments", "model_version": "1", "payments": 90000, "flagged": 800, "known_frauds": 700,
                "precision": 0.61, "recall": 0.7, "f1": 0.65, "accuracy": 0.99
              }],
              "distributions": [{
                "kind": "feature", "subject": "amount", "payments": 5000, "psi": 0.012, "ks": 0.02, "js": 0.002,
                "new_share": null, "limits": { "psi": 0.21, "ks": 0.13, "js": 0.038 },
                "drifted": false, "alarm": false, "excluded": false, "waits_for_history": false, "new_values": [{ "value": "wallet", "payments": 250 }]
              }]
            }
            """)
        {
            { "model", "The model in service." },
            { "model_version", "Its version." },
            { "status", "Whether there is something to compare.", FieldIs.Required, "disabled", "learning", "filling", "watching" },
            { "reference", "What payments are held against; null while it is being learned.", FieldIs.Nullable },
            { "reference.origin", "The model's manifest, or this node's own first payments.", FieldIs.Required, "manifest", "learned" },
            { "reference.rows", "Payments it was made of." },
            { "reference.from", "First day of them." },
            { "reference.to", "Last day of them." },
            { "payments", "Payments looked at since the model is in service on this node." },
            { "skipped", "Payments passed over because there were too many in their second." },
            { "window", "The latest payments, which are compared." },
            { "window.payments", "In it now." },
            { "window.size", "When it is full." },
            { "data_drift_score", "Share of the watched features whose alarm is raised.", FieldIs.Number },
            { "alarms", "Raised and not yet over, oldest first." },
            { "alarms[].kind", "What it is about.", FieldIs.Required, "feature", "score", "category", "data", "quality" },
            { "alarms[].subject", "The feature, field or quality." },
            { "alarms[].measure", "What was measured.", FieldIs.Required, "psi", "ks", "js", "new_share", "share", "live" },
            { "alarms[].value", "What it was when the alarm was raised.", FieldIs.Number },
            { "alarms[].threshold", "From where on it counts; for qualities, below.", FieldIs.Number },
            { "alarms[].detail", "In words." },
            { "alarms[].model", "The model it was raised for." },
            { "alarms[].model_version", "Its version." },
            { "alarms[].raised_at", "When, in UTC." },
            { "alarms[].after_payments", "Payments looked at by then; for qualities, counted." },
            { "label_delay_seconds", "How old a payment must be to be counted; without a label it is then legitimate.", FieldIs.Number },
            { "quality", "Stored decisions beside labels, by model and version." },
            { "quality[].model", "The model that decided." },
            { "quality[].model_version", "Its version." },
            { "quality[].payments", "Its payments that are old enough." },
            { "quality[].flagged", "Of them: reviewed or blocked." },
            { "quality[].known_frauds", "Of them: known to be frauds." },
            { "quality[].precision", "Share of the flagged that are frauds.", NumberOrNull },
            { "quality[].recall", "Share of the frauds that were flagged.", NumberOrNull },
            { "quality[].f1", "Harmonic mean of both.", NumberOrNull },
            { "quality[].accuracy", "Share judged rightly.", NumberOrNull },
            { "distributions", "What is compared, as of the last look." },
            { "distributions[].kind", "What it is.", FieldIs.Required, "feature", "score", "category" },
            { "distributions[].subject", "The feature or field." },
            { "distributions[].payments", "Payments of the window that it was seen in." },
            { "distributions[].psi", "Population stability index; null when there are too few payments.", NumberOrNull },
            { "distributions[].ks", "Kolmogorov-Smirnov difference; of numbers only.", NumberOrNull },
            { "distributions[].js", "Jensen-Shannon divergence in bits.", NumberOrNull },
            { "distributions[].new_share", "Share with values that the reference does not know; null for numbers.", NumberOrNull },
            { "distributions[].limits", "From where on it has drifted; what chance allows is included." },
            { "distributions[].limits.psi", "Of the index.", NumberOrNull },
            { "distributions[].limits.ks", "Of the difference.", NumberOrNull },
            { "distributions[].limits.js", "Of the divergence.", NumberOrNull },
            { "distributions[].drifted", "Beyond a limit at the last look." },
            { "distributions[].alarm", "Beyond it for several looks in a row, and not yet back." },
            { "distributions[].excluded", "Reported only: the configuration excludes it." },
            { "distributions[].waits_for_history", "Not counted yet: fewer days are stored than the feature looks back." },
            { "distributions[].new_values", "The most frequent new values." },
            { "distributions[].new_values[].value", "The value." },
            { "distributions[].new_values[].payments", "Payments of the window with it." },
        }, "The report.")],
    };
}
