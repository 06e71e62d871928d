using Fraud.Http.ApiDocs;

namespace Fraud.Http.Models;

/// <summary><c>GET /model/info</c> as the OpenAPI document tells of it.</summary>
internal static class ModelsDescriptions
{
    public static ApiDescription Info { get; } = new("Models", "The model in service")
    {
        Detail = "What the model that payments are scored with is, takes and was measured at, and which others are served.",
        Parameters = [new ApiParameter("model", "query", "Another model that is served, by its name.", "payments")],
        Problems = [404],
        Answers = [ApiAnswer.Json(new ApiShape("ModelInfo", """
            {
              "name": "payments",
              "version": "1",
              "format": "onnx",
              "sha256": "318b7ce9e1002ee1cc1abe608b412512c34e08ee76915eca4a254c82a3c0d3dd",
              "input": "payment",
              "threshold": 0.04,
              "thresholds": { "review": 0.04, "block": 0.32, "overridden": false },
              "feature_count": 21,
              "features": [{ "name": "amount", "source": "profile", "usual": { "p01": 2.01, "p50": 44.33, "p99": 166.96 } }],
              "metrics": { "roc_auc": 0.884 },
              "training": {
                "train_from": "2018-07-25",
                "train_to": "2018-07-31",
                "test_from": "2018-08-08",
                "test_to": "2018-08-14",
                "label_delay_days": 7,
                "rounds": 55,
                "data_sha256": "e0cb99e4f6266db7884c766d9e863a7653a34246882e21122b050e844032e8ec",
                "parameters": { "max_depth": "5" }
              },
              "served": [{ "name": "payments", "version": "1", "role": "champion" }]
            }
            """)
        {
            { "name", "Name of the model." },
            { "version", "Its version." },
            { "format", "What kind of file it is." },
            { "sha256", "Digest of the file." },
            { "input", "What POST /predict must send.", FieldIs.Required, "payment", "features" },
            { "threshold", "Score from which payments are reviewed.", FieldIs.Number },
            { "thresholds", "Scores from which something is done." },
            { "thresholds.review", "From here on payments are reviewed.", FieldIs.Number },
            { "thresholds.block", "From here on payments are blocked.", FieldIs.Number },
            { "thresholds.overridden", "Whether the configuration replaces the model's own." },
            { "feature_count", "Columns that it takes." },
            { "features", "The columns in order." },
            { "features[].name", "Name of the column." },
            { "features[].source", "Where its value comes from.", FieldIs.Required, "profile", "payload" },
            { "features[].usual", "Quantiles over legitimate payments of the training days.", FieldIs.Optional },
            { "features[].usual.p01", "1 % are below.", FieldIs.Nullable | FieldIs.Number },
            { "features[].usual.p50", "Half are below.", FieldIs.Nullable | FieldIs.Number },
            { "features[].usual.p99", "99 % are below.", FieldIs.Nullable | FieldIs.Number },
            { "metrics", "Measured on the test days." },
            { "metrics.*", "A metric; null where it has no value.", FieldIs.Nullable | FieldIs.Number },
            { "training", "How it was trained." },
            { "training.train_from", "First day trained on." },
            { "training.train_to", "Last day trained on." },
            { "training.test_from", "First day tested on." },
            { "training.test_to", "Last day tested on." },
            { "training.label_delay_days", "Days until frauds are known." },
            { "training.rounds", "Trees." },
            { "training.data_sha256", "Digest of the data." },
            { "training.parameters", "Of the trainer." },
            { "training.parameters.*", "A parameter's value." },
            { "served", "All models that are served, the champion first." },
            { "served[].name", "Name of the model." },
            { "served[].version", "Its version." },
            { "served[].role", "champion decides payments; features decides feature lists; challenger decides a share of the cards; shadow decides nothing and is compared.", FieldIs.Required, "champion", "features", "challenger", "shadow" },
        }, "The model.")],
    };
}
