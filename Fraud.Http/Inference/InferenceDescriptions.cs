using Fraud.Http.ApiDocs;

namespace Fraud.Http.Inference;

/// <summary>The server and its models as the OpenAPI document tells of them.</summary>
internal static class InferenceDescriptions
{
    private static readonly ApiShape ReadyShape = new("ServerReady", """{"live":true,"ready":true}""")
    {
        { "live", "Whether the server answers." },
        { "ready", "Whether models can be asked." },
    };

    private static readonly ApiShape ModelReadyShape = new("ModelReady", """{"name":"payments","ready":true}""")
    {
        { "name", "Name of the model." },
        { "ready", "Whether it can be asked." },
    };

    private static readonly ApiShape Metadata = new("ModelMetadata", """
        {
          "name": "payments",
          "versions": ["1"],
          "platform": "onnxruntime_onnx",
          "inputs": [{ "name": "features", "datatype": "FP32", "shape": [-1, 33] }],
          "outputs": [
            { "name": "probabilities", "datatype": "FP32", "shape": [-1, 2] },
            { "name": "label", "datatype": "INT64", "shape": [-1] }
          ],
          "properties": {
            "version": "1",
            "features": "amount,is_weekend,is_night",
            "review_threshold": "0.04",
            "block_threshold": "0.32"
          }
        }
        """)
    {
        { "name", "Name of the model." },
        { "versions", "Versions that can be asked." },
        { "platform", "What runs the model." },
        { "inputs", "The tensors that it takes: one." },
        { "inputs[].name", "Name of the tensor." },
        { "inputs[].datatype", "Type of its elements." },
        { "inputs[].shape", "Its dimensions: rows, of which there may be any number (-1), and columns." },
        { "outputs", "The tensors that it gives." },
        { "outputs[].name", "Name of the tensor." },
        { "outputs[].datatype", "Type of its elements." },
        { "outputs[].shape", "Its dimensions; -1 stands for the rows." },
        { "properties", "What else is to be known of it, as texts." },
        { "properties.version", "The version that this describes." },
        { "properties.features", "Names of the input's columns in order, separated by commas." },
        { "properties.review_threshold", "Fraud probability from which payments are reviewed." },
        { "properties.block_threshold", "Fraud probability from which payments are blocked." },
    };

    public static ApiDescription Server { get; } = new(InferenceShapes.Tag, "What the server is")
    {
        Detail = "Name, version and the extensions of the protocol that are spoken here.",
        Answers = [ApiAnswer.Json(new ApiShape("ServerMetadata", """
            {"name":"fraud-detection-api","version":"1.0.0","extensions":["binary_tensor_data","model_repository","statistics"]}
            """)
        {
            { "name", "Name of the server." },
            { "version", "Its version." },
            { "extensions", "Extensions of the protocol that it speaks." },
        }, "The server.")],
        Problem = InferenceShapes.Error,
    };

    public static ApiDescription Live { get; } = new(InferenceShapes.Tag, "Whether the server lives")
    {
        Detail = "For a liveness probe.",
        Answers = [ApiAnswer.Json(new ApiShape("ServerLive", """{"live":true}""") { { "live", "Whether the server answers." } }, "It lives.")],
        Problem = InferenceShapes.Error,
    };

    public static ApiDescription Ready { get; } = new(InferenceShapes.Tag, "Whether models can be asked")
    {
        Detail = "For a readiness probe of raw model calls. Payments have one of their own: /health/ready.",
        Answers = [ApiAnswer.Json(ReadyShape, "Models can be asked."), ApiAnswer.Json(ReadyShape, "Starting or stopping.", 503)],
        Problem = InferenceShapes.Error,
    };

    public static ApiDescription Model { get; } = Describe("A model's tensors", isVersion: false) with
    {
        Answers = [ApiAnswer.Json(Metadata, "The model.")],
    };

    public static ApiDescription ModelVersion { get; } = Describe("A version's tensors", isVersion: true) with
    {
        Answers = [ApiAnswer.Json(Metadata, "The model.")],
    };

    public static ApiDescription ModelReady { get; } = Describe("Whether a model can be asked", isVersion: false) with
    {
        Answers = [ApiAnswer.Json(ModelReadyShape, "It can be asked."), ApiAnswer.Json(ModelReadyShape, "The server is starting or stopping.", 503)],
    };

    public static ApiDescription ModelVersionReady { get; } = Describe("Whether a version can be asked", isVersion: true) with
    {
        Answers = [ApiAnswer.Json(ModelReadyShape, "It can be asked."), ApiAnswer.Json(ModelReadyShape, "The server is starting or stopping.", 503)],
    };

    private static ApiDescription Describe(string summary, bool isVersion) => new(InferenceShapes.Tag, summary)
    {
        Detail = isVersion
            ? "Of a version that is loaded; 409 for one that is there and not loaded."
            : "Of the version in service, or else the highest that is loaded.",
        Parameters = isVersion ? [InferenceShapes.ModelName, InferenceShapes.ModelVersion] : [InferenceShapes.ModelName],
        Answers = [],
        Problems = [404, 409],
        Problem = InferenceShapes.Error,
    };
}
