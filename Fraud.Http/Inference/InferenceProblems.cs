using Fraud.Http.Problems;

namespace Fraud.Http.Inference;

/// <summary>Refusals of the protocol's addresses. Written as objects with "error": see <see cref="Problem.Write"/>.</summary>
internal static class InferenceProblems
{
    /// <summary>Where the protocol's addresses begin.</summary>
    public const string Prefix = "/v2";

    public static Problem Full { get; } = new(503, "Service Unavailable", "More inference calls wait than can be scored in time.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static Problem Late { get; } = new(503, "Service Unavailable", "The call was not scored in time.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static Problem Stopping { get; } = new(503, "Service Unavailable", "The service is starting or stopping.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static Problem Failed { get; } = new(500, "Internal Server Error", "The model could not score the call; the log says why.");

    public static Problem Wrong(string field, string expected) =>
        new(400, "Bad Request", $"{field}: expected {expected}") { Field = field, Expected = expected };

    // What was asked for comes from the address, and is not repeated: it may be anything.
    public static Problem UnknownModel { get; } = new(404, "Not Found", "model: expected one of the repository's index (POST /v2/repository/index, RepositoryIndex)");

    public static Problem UnknownVersion { get; } = new(404, "Not Found", "version: expected one of the model's in the repository's index (POST /v2/repository/index, RepositoryIndex)");

    public static Problem NotLoaded { get; } = new(
        409, "Conflict", "version: expected one that is loaded; load it first (POST /v2/repository/models/MODEL/load, RepositoryModelLoad)");
}
