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
            + "does, and keeps it in the tab's session storage only; people can also sign in by an identity provider, where one is set.",
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

    public static ApiDescription SignIn { get; } = new(CasesDescriptions.Tag, "Sign in by the identity provider")
    {
        Detail = "Sends a person's browser to the identity provider (OpenID Connect, authorization code with PKCE), which sends it back to the page "
            + "with a session cookie. 404 where Security:Oidc names none.",
        Answers = [new ApiAnswer(302, "To the identity provider.")],
        Problems = [404, 503],
        ExampleStatus = 404,
    };

    public static ApiDescription Session { get; } = new(CasesDescriptions.Tag, "Who is signed in")
    {
        Detail = "Whether people can sign in by an identity provider, and who is, by the session cookie of this browser.",
        Answers = [new ApiAnswer(200, "The session.")],
    };

    public static ApiDescription EndSession { get; } = new(CasesDescriptions.Tag, "Sign out")
    {
        Detail = "Ends the session of this browser. A request from a page of another origin ends nothing.",
        Answers = [new ApiAnswer(200, "There is no session any more.")],
        Problems = [503],
    };
}
