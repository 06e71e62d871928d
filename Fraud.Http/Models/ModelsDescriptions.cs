using Fraud.Http.ApiDocs;

namespace Fraud.Http.Models;

/// <summary><c>GET /model/info</c> as the OpenAPI document tells of it.</summary>
internal static class ModelsDescriptions
{
    public static ApiDescription Info { get; } = new("Models", "The model in service")
    {
        Detail = "What the model that payments are scored with is, takes and was measured at, and which others are served.",
        Parameters = [new ApiParameter("model", "query", "Another model that is served, by its name.", "payments")],
        Answers = [new ApiAnswer(200, "The model.")],
        Problems = [404],
    };
}
