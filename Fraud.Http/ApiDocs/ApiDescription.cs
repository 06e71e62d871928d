namespace Fraud.Http.ApiDocs;

/// <summary>What an address does, takes and answers: metadata of its endpoint, and its part of the OpenAPI document.</summary>
/// <param name="Tag">The feature it belongs to.</param>
/// <param name="Summary">A few words.</param>
internal sealed record ApiDescription(string Tag, string Summary)
{
    /// <summary>A few sentences for someone who is about to call it.</summary>
    public required string Detail { get; init; }

    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>What may be sent, the usual one first; empty where nothing is.</summary>
    public IReadOnlyList<ApiBody> Bodies { get; init; } = [];

    /// <summary>False where the body may be left out.</summary>
    public bool NeedsBody { get; init; } = true;

    /// <summary>Answers that are no refusals, the usual one first.</summary>
    public required IReadOnlyList<ApiAnswer> Answers { get; init; }

    /// <summary>Statuses it refuses with; those that every address may answer (400, 401, 403, 429, 500) need not be named.</summary>
    public IReadOnlyList<int> Problems { get; init; } = [];

    /// <summary>What the first example is answered with, where that is not the first of <see cref="Answers"/>.</summary>
    public int? ExampleStatus { get; init; }
}

/// <summary>A request's body of one content type.</summary>
internal sealed record ApiBody(string ContentType)
{
    /// <summary>Its fields; null for what is no JSON.</summary>
    public Type? Type { get; init; }

    /// <summary>The example of what is no JSON; null for bytes, of which none is shown.</summary>
    public string? Text { get; init; }

    /// <summary>What is to be said of it beyond its fields.</summary>
    public string? Description { get; init; }

    public static ApiBody Json<T>() => new("application/json") { Type = typeof(T) };
}

/// <summary>An answer's status and body.</summary>
/// <param name="ContentType">Null when there is no body, or when the handler's own type says what it is.</param>
internal sealed record ApiAnswer(int Status, string Description, string? ContentType = null)
{
    /// <summary>Its fields, where the handler does not say so by its own type.</summary>
    public Type? Type { get; init; }

    /// <summary>The example of what is no JSON.</summary>
    public string? Text { get; init; }

    public static ApiAnswer Json<T>(string description, int status = 200) => new(status, description, "application/json") { Type = typeof(T) };
}
