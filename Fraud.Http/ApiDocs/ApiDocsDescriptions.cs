namespace Fraud.Http.ApiDocs;

/// <summary>What the document says of itself.</summary>
internal static class ApiDocsDescriptions
{
    private const string Tag = "Documentation";

    public static ApiDescription Document { get; } = new(Tag, "This document")
    {
        Detail = "The OpenAPI document of all public addresses of this node.",
        Answers = [new ApiAnswer(200, "An OpenAPI 3.0 document.", "application/json")
        {
            Shape = new ApiShape("OpenApiDocument", """{"openapi":"3.0.3","info":{},"servers":[],"tags":[],"paths":{},"components":{}}""")
            {
                { "openapi", "The version of OpenAPI that it follows." },
                { "info", "Title and version of the service.", FieldIs.Free },
                { "servers", "Where the service is: the node that was asked." },
                { "tags", "The features, in the order to show them." },
                { "paths", "The addresses.", FieldIs.Free },
                { "components", "What the addresses take and answer.", FieldIs.Free },
            },
        }],
    };

    public static ApiDescription Page { get; } = new(Tag, "A page to read and try it")
    {
        Detail = "Swagger UI with this document. Everything it needs comes from this node.",
        Answers = [new ApiAnswer(200, "The page.", "text/html") { Text = "<!doctype html>" }],
    };

    public static ApiDescription File { get; } = new(Tag, "A file of the page")
    {
        Detail = "Script and style of the page.",
        Parameters = [new ApiParameter("file", "path", "swagger-ui-bundle.js, swagger-ui.css or start.js.", "start.js")],
        Answers =
        [
            new ApiAnswer(200, "The file.", "text/javascript") { Text = "'use strict';" },
            new ApiAnswer(200, "The file.", "text/css") { Text = "body { margin: 0 }" },
        ],
        Problems = [404],
    };
}
