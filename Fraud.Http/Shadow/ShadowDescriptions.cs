using Fraud.Http.ApiDocs;

namespace Fraud.Http.Shadow;

/// <summary><c>GET /api/v1/models/comparison</c> as the OpenAPI document tells of it.</summary>
internal static class ShadowDescriptions
{
    private static readonly ApiShape Scores = new("ScoreDistribution", """
        {"mean":0.012,"p01":0.001,"p10":0.002,"p50":0.004,"p90":0.02,"p99":0.31,"histogram":[0.96,0.02,0.01,0.005,0.002,0.001,0.001,0.0005,0.0003,0.0002]}
        """)
    {
        { "mean", "Their mean." },
        { "p01", "1 % are at most this." },
        { "p10", "10 % are." },
        { "p50", "Half are." },
        { "p90", "90 % are." },
        { "p99", "99 % are." },
        { "histogram", "Shares in tenths from 0 to 1." },
    };

    private static readonly ApiShape Quality = new("LabelledQuality", """{"flagged":40,"frauds_flagged":10,"precision":0.25,"recall":0.5,"f1":0.333}""")
    {
        { "flagged", "Payments that were reviewed or blocked." },
        { "frauds_flagged", "Of these, frauds." },
        { "precision", "Share of the flagged that are frauds; null when none was flagged.", FieldIs.Nullable | FieldIs.Number },
        { "recall", "Share of the frauds that were flagged; null when there are none.", FieldIs.Nullable | FieldIs.Number },
        { "f1", "Their harmonic mean.", FieldIs.Nullable | FieldIs.Number },
    };

    private static readonly ApiShape Report = new("ModelComparisons", """
        {
          "as_of": "2025-11-20T12:05:00+00:00",
          "since": "2025-11-01T00:00:00+00:00",
          "settled_before": "2025-11-13T12:05:00+00:00",
          "comparisons": [
            {
              "model": "payments",
              "version": "3",
              "champion": "payments",
              "champion_version": "2",
              "payments": 10000,
              "decided": 0,
              "scores": {"mean":0.012,"p01":0.001,"p10":0.002,"p50":0.004,"p90":0.02,"p99":0.31,"histogram":[0.96,0.02,0.01,0.005,0.002,0.001,0.001,0.0005,0.0003,0.0002]},
              "champion_scores": {"mean":0.012,"p01":0.001,"p10":0.002,"p50":0.004,"p90":0.02,"p99":0.31,"histogram":[0.96,0.02,0.01,0.005,0.002,0.001,0.001,0.0005,0.0003,0.0002]},
              "disagreement": 0.004,
              "matrix": [{ "champion": "approve", "candidate": "review", "payments": 40 }],
              "labelled": {
                "payments": 4000,
                "frauds": 20,
                "candidate": {"flagged":40,"frauds_flagged":10,"precision":0.25,"recall":0.5,"f1":0.333},
                "champion": {"flagged":40,"frauds_flagged":10,"precision":0.25,"recall":0.5,"f1":0.333},
                "only_candidate_right": 14,
                "only_champion_right": 3,
                "statistic": 5.88,
                "p_value": 0.0127,
                "verdict": "better"
              }
            }
          ]
        }
        """)
    {
        { "as_of", "When it was counted." },
        { "since", "What was scored from here on is in it; null: all that is kept.", FieldIs.Nullable },
        { "settled_before", "What was scored before and has no label counts as legitimate; null: only labels count.", FieldIs.Nullable },
        { "comparisons", "One for each model and the version it was compared with, those with most payments first." },
        { "comparisons[].model", "The shadow or challenger." },
        { "comparisons[].version", "Its version." },
        { "comparisons[].champion", "The model in service." },
        { "comparisons[].champion_version", "Its version." },
        { "comparisons[].payments", "Payments that both scored." },
        { "comparisons[].decided", "Of these, those that the challenger decided." },
        { "comparisons[].scores", "Scores of the shadow or challenger.", Scores },
        { "comparisons[].champion_scores", "Scores of the model in service.", Scores },
        { "comparisons[].disagreement", "Share that the two decide differently.", FieldIs.Number },
        { "comparisons[].matrix", "How many the two decided how; pairs that did not occur are left out." },
        { "comparisons[].matrix[].champion", "What the model in service says.", FieldIs.Required, "approve", "review", "block" },
        { "comparisons[].matrix[].candidate", "What the other says.", FieldIs.Required, "approve", "review", "block" },
        { "comparisons[].matrix[].payments", "How many." },
        { "comparisons[].labelled", "What labels say so far; null without any.", FieldIs.Nullable },
        { "comparisons[].labelled.payments", "Payments with a label, or settled." },
        { "comparisons[].labelled.frauds", "Of these, frauds." },
        { "comparisons[].labelled.candidate", "Of the shadow or challenger.", Quality },
        { "comparisons[].labelled.champion", "Of the model in service.", Quality },
        { "comparisons[].labelled.only_candidate_right", "Payments that only the shadow or challenger got right." },
        { "comparisons[].labelled.only_champion_right", "Payments that only the model in service got right." },
        { "comparisons[].labelled.statistic", "McNemar's, with continuity correction.", FieldIs.Number },
        { "comparisons[].labelled.p_value", "Exact and two-sided: how often chance alone shows as much.", FieldIs.Number },
        { "comparisons[].labelled.verdict", "Whether the shadow or challenger decides better, at 5 %.", FieldIs.Required, "better", "worse", "not_shown" },
    };

    public static ApiDescription Comparison { get; } = new("Models", "Shadows and challengers against the model in service")
    {
        Detail = "Scores, decisions and, as labels arrive, precision and recall of every model that is compared, on the payments that both scored, from all nodes.",
        Parameters =
        [
            new ApiParameter("since", "query", "Only what was scored from here on.", "2025-11-01"),
            new ApiParameter("settled_days", "query", "Payments that were scored so many days ago and have no label count as legitimate, 0 to 3650.", "7") { Type = "integer" },
        ],
        Answers = [ApiAnswer.Json(Report, "The comparisons.")],
        Problems = [400, 503],
    };
}
