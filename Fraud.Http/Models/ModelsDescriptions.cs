using Fraud.Http.ApiDocs;

namespace Fraud.Http.Models;

/// <summary><c>GET /model/info</c> and the page of models as the OpenAPI document tells of them.</summary>
internal static class ModelsDescriptions
{
    public static ApiDescription Info { get; } = new("Models", "The model in service")
    {
        Detail = "What the model that payments are scored with is, takes and was measured at, and which others are served.",
        Parameters = [new ApiParameter("model", "query", "Another model that is served, by its name.", "payments")],
        Answers = [new ApiAnswer(200, "The model.")],
        Problems = [404],
    };

    public static ApiDescription Page { get; } = new("Models", "Models and versions, for people")
    {
        Detail =
            "A page that shows the versions of each model, compares two of them, and sets one in Production. It asks for a key when the API "
            + "does, and keeps it in the tab's session storage only.",
        Answers = [new ApiAnswer(200, "The page.", "text/html") { Text = "<!doctype html>" }],
    };

    public static ApiDescription File { get; } = new("Models", "A file of the page of models")
    {
        Detail = "Script and style of the page.",
        Parameters = [new ApiParameter("file", "path", "models.css, models.js or a script that it takes.", "models.js")],
        Answers =
        [
            new ApiAnswer(200, "The file.", "text/javascript") { Text = "export {};" },
            new ApiAnswer(200, "The file.", "text/css") { Text = "body { margin: 0 }" },
        ],
        Problems = [404],
    };
}
