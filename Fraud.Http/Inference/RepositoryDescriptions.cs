using Fraud.Http.ApiDocs;

namespace Fraud.Http.Inference;

/// <summary>The protocol's model repository as the OpenAPI document tells of it.</summary>
internal static class RepositoryDescriptions
{
    private static readonly ApiShape Which = new("RepositoryChange", """{"parameters":{"version":"1"}}""")
    {
        { "parameters", "What of the model; left out: see above.", FieldIs.Optional },
        { "parameters.version", "The version.", FieldIs.Optional },
    };

    public static ApiDescription Index { get; } = new(InferenceShapes.Tag, "The models that there are")
    {
        Detail = "Every version in the repository's folder, loaded or not.",
        Bodies = [ApiBody.Json(new ApiShape("RepositoryIndexRequest", """{"ready":true}""")
        {
            { "ready", "True: only those that can be asked.", FieldIs.Optional },
        })],
        NeedsBody = false,
        Answers = [ApiAnswer.Json(new ApiShape("RepositoryIndex", """[{"name":"payments","version":"1","state":"READY","reason":""}]""")
        {
            { "[].name", "Name of the model." },
            { "[].version", "Its version." },
            { "[].state", "Whether it can be asked.", FieldIs.Required, "READY", "UNAVAILABLE" },
            { "[].reason", "Why it cannot be asked; empty when it can." },
        }, "The versions.")],
        Problems = [400, 413, 415],
        Problem = InferenceShapes.Error,
    };

    public static ApiDescription Load { get; } = new(InferenceShapes.Tag, "Load a version for inference")
    {
        Detail =
            "Checks the version as one that goes into service and makes it ready to be asked; without a version the highest there is. "
            + "What payments are scored with does not change. 422 when the model is refused, 409 when as many are loaded as may be.",
        Parameters = [InferenceShapes.ModelName],
        Bodies = [ApiBody.Json(Which)],
        NeedsBody = false,
        Answers = [new ApiAnswer(200, "It can be asked.")],
        Problems = [400, 404, 409, 413, 415, 422],
        Problem = InferenceShapes.Error,
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
