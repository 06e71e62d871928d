namespace Fraud.Http.ApiDocs;

/// <summary>Refusals as the document tells them.</summary>
internal static class ApiProblems
{
    public static string Text(int status) => status switch
    {
        400 => "The request is wrong; the answer names the field and what was expected.",
        401 => "No key or token was sent where one is needed, or it is not valid.",
        403 => "The key or token does not allow this.",
        404 => "There is no such thing.",
        408 => "The body did not arrive in time.",
        409 => "It cannot be done in the state that things are in.",
        412 => "It was changed by someone else in the meantime.",
        413 => "The body is larger than is taken.",
        415 => "The body is of a content type that is not taken.",
        422 => "The request is well formed, and cannot be processed as it is.",
        428 => "The request must say which state it was made for.",
        429 => "More was sent than this client's rate allows; Retry-After says when to come back.",
        500 => "The service failed; the log has the trace id.",
        503 => "The service is full, starting or stopping, or something that it depends on is away; Retry-After says when to come back.",
        504 => "The time that the request allows is over; ask again with the same id or key, it is counted once.",
        _ => "The request was refused.",
    };
}
