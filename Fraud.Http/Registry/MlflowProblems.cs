using Fraud.Http.Problems;

namespace Fraud.Http.Registry;

/// <summary>Refusals as clients of MLflow know them: objects with "error_code" and "message". See <see cref="Problem.Write"/>.</summary>
internal static class MlflowProblems
{
    /// <summary>Where the addresses begin, those of artifacts too.</summary>
    public const string Prefix = "/api/2.0/mlflow";

    public static Problem Wrong(string field, string expected) =>
        new(400, "Bad Request", $"{field}: expected {expected}") { Field = field, Expected = expected };

    public static Problem Missing(string what) => new(404, "Not Found", what) { Code = "RESOURCE_DOES_NOT_EXIST" };

    // MLflow answers 400 here.
    public static Problem Exists(string what) => new(400, "Bad Request", what) { Code = "RESOURCE_ALREADY_EXISTS" };

    public static Problem Away { get; } = new(503, "Service Unavailable", "The model registry is in the store.") { RetryAfter = TimeSpan.FromSeconds(1) };

    /// <summary>MLflow's word for a refusal that has none of its own.</summary>
    public static string CodeOf(Problem problem) => problem.Code ?? problem.Status switch
    {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 or 405 => "ENDPOINT_NOT_FOUND",
        429 => "REQUEST_LIMIT_EXCEEDED",
        503 => "TEMPORARILY_UNAVAILABLE",
        >= 500 => "INTERNAL_ERROR",
        _ => "INVALID_PARAMETER_VALUE",
    };
}

/// <summary>Ends a call with a refusal.</summary>
internal sealed class MlflowRefusedException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem => problem;
}
