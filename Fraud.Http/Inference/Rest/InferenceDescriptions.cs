using Fraud.Http.ApiDocs;

namespace Fraud.Http.Inference.Rest;

/// <summary>The server and its models as the OpenAPI document tells of them.</summary>
internal static class InferenceDescriptions
{
    public static ApiDescription Server { get; } = new(ModelParameters.Tag, "What the server is")
    {
        Detail = "Name, version and the extensions of the protocol that are spoken here.",
        Answers = [new ApiAnswer(200, "The server.")],
    };

    public static ApiDescription Live { get; } = new(ModelParameters.Tag, "Whether the server lives")
    {
        Detail = "For a liveness probe.",
        Answers = [new ApiAnswer(200, "It lives.")],
    };

    public static ApiDescription Ready { get; } = new(ModelParameters.Tag, "Whether models can be asked")
    {
        Detail = "For a readiness probe of raw model calls. Payments have one of their own: /health/ready.",
        Answers = [ApiAnswer.Json<ServerReady>("Models can be asked."), ApiAnswer.Json<ServerReady>("Starting or stopping.", 503)],
    };

    public static ApiDescription Model { get; } = Describe("A model's tensors", isVersion: false) with
    {
        Answers = [new ApiAnswer(200, "The model.")],
    };

    public static ApiDescription ModelVersion { get; } = Describe("A version's tensors", isVersion: true) with
    {
        Answers = [new ApiAnswer(200, "The model.")],
    };

    public static ApiDescription ModelReady { get; } = Describe("Whether a model can be asked", isVersion: false) with
    {
        Answers = [ApiAnswer.Json<ModelReady>("It can be asked."), ApiAnswer.Json<ModelReady>("The server is starting or stopping.", 503)],
    };

    public static ApiDescription ModelVersionReady { get; } = Describe("Whether a version can be asked", isVersion: true) with
    {
        Answers = [ApiAnswer.Json<ModelReady>("It can be asked."), ApiAnswer.Json<ModelReady>("The server is starting or stopping.", 503)],
    };

    private static ApiDescription Describe(string summary, bool isVersion) => new(ModelParameters.Tag, summary)
    {
        Detail = isVersion
            ? "Of a version that is loaded; 409 for one that is there and not loaded."
            : "Of the version in service, or else the highest that is loaded.",
        Parameters = isVersion ? [ModelParameters.ModelName, ModelParameters.ModelVersion] : [ModelParameters.ModelName],
        Answers = [],
        Problems = [404, 409],
    };
}
