using Fraud.Http.ApiDocs;

namespace Fraud.Http.Inference;

/// <summary>The protocol's statistics as the OpenAPI document tells of them.</summary>
internal static class StatisticsDescriptions
{
    private static readonly ApiShape Duration = new("InferenceDuration", """{"count":3,"ns":1250000}""")
    {
        { "count", "How often." },
        { "ns", "How long together, in nanoseconds." },
    };

    private static readonly ApiShape Statistics = new("ModelStatistics", """
        {
          "model_stats": [
            {
              "name": "payments",
              "version": "1",
              "last_inference": 1795219200000,
              "inference_count": 12,
              "execution_count": 3,
              "inference_stats": {
                "success": { "count": 3, "ns": 1250000 },
                "fail": { "count": 0, "ns": 0 },
                "queue": { "count": 3, "ns": 300000 },
                "compute_input": { "count": 3, "ns": 20000 },
                "compute_infer": { "count": 3, "ns": 900000 },
                "compute_output": { "count": 3, "ns": 30000 },
                "cache_hit": { "count": 0, "ns": 0 },
                "cache_miss": { "count": 0, "ns": 0 }
              },
              "batch_stats": [
                {
                  "batch_size": 4,
                  "compute_input": { "count": 3, "ns": 20000 },
                  "compute_infer": { "count": 3, "ns": 900000 },
                  "compute_output": { "count": 3, "ns": 30000 }
                }
              ]
            }
          ]
        }
        """)
    {
        { "model_stats", "One for each version that can be asked." },
        { "model_stats[].name", "Name of the model." },
        { "model_stats[].version", "Its version." },
        { "model_stats[].last_inference", "When it was last asked, in Unix milliseconds; 0 when never." },
        { "model_stats[].inference_count", "Rows scored since it was loaded." },
        { "model_stats[].execution_count", "Model calls." },
        { "model_stats[].inference_stats", "Times of the calls." },
        { "model_stats[].inference_stats.success", "Calls that were scored, from admission to answer.", Duration },
        { "model_stats[].inference_stats.fail", "Calls that were admitted and not scored.", Duration },
        { "model_stats[].inference_stats.queue", "Waiting for a thread.", Duration },
        { "model_stats[].inference_stats.compute_input", "Into the model's buffers.", Duration },
        { "model_stats[].inference_stats.compute_infer", "In the model.", Duration },
        { "model_stats[].inference_stats.compute_output", "Out of the model's buffers.", Duration },
        { "model_stats[].inference_stats.cache_hit", "Always none: nothing is answered from a cache.", Duration },
        { "model_stats[].inference_stats.cache_miss", "Always none.", Duration },
        { "model_stats[].batch_stats", "Model calls by how many rows they had." },
        { "model_stats[].batch_stats[].batch_size", "Rows of a call." },
        { "model_stats[].batch_stats[].compute_input", "Into the model's buffers.", Duration },
        { "model_stats[].batch_stats[].compute_infer", "In the model.", Duration },
        { "model_stats[].batch_stats[].compute_output", "Out of the model's buffers.", Duration },
    };

    public static ApiDescription All { get; } = new(InferenceShapes.Tag, "Statistics of all models")
    {
        Detail = "What each version that can be asked was asked by this protocol since it was loaded. Payments are not counted here.",
        Answers = [ApiAnswer.Json(Statistics, "The statistics.")],
        Problem = InferenceShapes.Error,
    };

    public static ApiDescription Model { get; } = All with
    {
        Summary = "Statistics of a model",
        Parameters = [InferenceShapes.ModelName],
        Problems = [404, 409],
    };

    public static ApiDescription Version { get; } = Model with
    {
        Summary = "Statistics of a version",
        Parameters = [InferenceShapes.ModelName, InferenceShapes.ModelVersion],
    };
}
