using Fraud.Http.ApiDocs;
using Fraud.Http.Cases;

namespace Fraud.Http.Review;

/// <summary>The review page as the OpenAPI document tells of it.</summary>
internal static class ReviewDescriptions
{
    public static ApiDescription Page { get; } = new(CasesDescriptions.Tag, "The review queue, for people")
    {
        Detail =
            "A page that shows flagged payments as they come and takes decisions about them. It asks for a key when the API "
            + "does, and keeps it in the tab's session storage only.",
        Answers = [new ApiAnswer(200, "The page.", "text/html") { Text = "<!doctype html>" }],
    };

    public static ApiDescription File { get; } = new(CasesDescriptions.Tag, "A file of the review page")
    {
        Detail = "Script and style of the page.",
        Parameters = [new ApiParameter("file", "path", "page.css, page.js or a script that it takes.", "page.js")],
        Answers =
        [
            new ApiAnswer(200, "The file.", "text/javascript") { Text = "export {};" },
            new ApiAnswer(200, "The file.", "text/css") { Text = "body { margin: 0 }" },
        ],
        Problems = [404],
    };
}
