using Fraud.Http.ApiDocs;

namespace Fraud.Http.Inference.Rest;

/// <summary>The protocol's model repository as the OpenAPI document tells of it.</summary>
internal static class RepositoryDescriptions
{
    public static ApiDescription Index { get; } = new(ModelParameters.Tag, "The models that there are")
    {
        Detail = "Every version in the repository's folder, loaded or not.",
        Bodies = [ApiBody.Json<RepositoryIndexRequest>()],
        NeedsBody = false,
        Answers = [new ApiAnswer(200, "The versions.")],
        Problems = [400, 413, 415],
    };

    public static ApiDescription Load { get; } = new(ModelParameters.Tag, "Load a version for inference")
    {
        Detail =
            "Checks the version as one that goes into service and makes it ready to be asked; without a version the highest there is. "
            + "What payments are scored with does not change. 422 when the model is refused, 409 when as many are loaded as may be.",
        Parameters = [ModelParameters.ModelName],
        Bodies = [ApiBody.Json<RepositoryChange>()],
        NeedsBody = false,
        Answers = [new ApiAnswer(200, "It can be asked.")],
        Problems = [400, 404, 409, 413, 415, 422],
    };

    public static ApiDescription Unload { get; } = Load with
    {
        Summary = "Unload a version",
        Detail =
            "Takes a version that was loaded for inference out, or all of the model's; calls under way finish. The version in service "
            + "stays: 409.",
        Answers = [new ApiAnswer(200, "It cannot be asked any more.")],
        Problems = [400, 404, 409, 413, 415],
        ExampleStatus = 409,
    };
}
