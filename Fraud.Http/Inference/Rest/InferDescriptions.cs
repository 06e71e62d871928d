using Fraud.Http.ApiDocs;

namespace Fraud.Http.Inference.Rest;

/// <summary>Inference as the OpenAPI document tells of it.</summary>
internal static class InferDescriptions
{
    public static ApiDescription Infer { get; } = new(ModelParameters.Tag, "Ask a model")
    {
        Detail =
            "The model's own columns in, its own outputs back: no history, no decision, nothing stored. For payments use /predict. "
            + "Tensors may follow the JSON as little-endian bytes (the binary tensor data extension).",
        Parameters =
        [
            ModelParameters.ModelName,
            new ApiParameter(
                "Inference-Header-Content-Length", "header",
                "How many bytes of the body are JSON, where a tensor follows as bytes. 0: the body is the input tensor alone.", "187")
            {
                IsRare = true,
            },
        ],
        Bodies =
        [
            ApiBody.Json<InferenceRequest>(),
            new ApiBody("application/octet-stream") { Description = "As bytes: the JSON, then the tensor; with Inference-Header-Content-Length." },
        ],
        Answers =
        [
            ApiAnswer.Json<InferenceResponse>("The outputs. Where some come as bytes, Inference-Header-Content-Length says how much is JSON."),
            new ApiAnswer(200, "JSON, then bytes.", "application/octet-stream"),
        ],
        Problems = [400, 404, 409, 413, 415, 503],
    };

    public static ApiDescription InferVersion { get; } = Infer with
    {
        Summary = "Ask a version of a model",
        Parameters = [.. Infer.Parameters, ModelParameters.ModelVersion],
    };
}
