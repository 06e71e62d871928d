using Fraud.Http.Inference;
using Fraud.Http.Registry;

namespace Fraud.Http.Problems;

/// <summary>How an address tells of a refusal: each protocol's clients know their own.</summary>
internal enum ProblemDialect
{
    /// <summary>RFC 9457.</summary>
    Problem,

    /// <summary>The Open Inference Protocol's objects with "error".</summary>
    InferenceError,

    /// <summary>MLflow's objects with "error_code" and "message".</summary>
    MlflowError,
}

internal static class ProblemDialects
{
    /// <param name="path">Of a request, or the pattern of an address.</param>
    public static ProblemDialect Of(string? path) => path switch
    {
        not null when IsBelow(path, InferenceProblems.Prefix) => ProblemDialect.InferenceError,
        not null when path.StartsWith(MlflowProblems.Prefix, StringComparison.Ordinal) => ProblemDialect.MlflowError,
        _ => ProblemDialect.Problem,
    };

    public static Type Body(this ProblemDialect dialect) => dialect switch
    {
        ProblemDialect.InferenceError => typeof(InferenceError),
        ProblemDialect.MlflowError => typeof(MlflowError),
        _ => typeof(ProblemBody),
    };

    public static string ContentType(this ProblemDialect dialect) =>
        dialect is ProblemDialect.Problem ? "application/problem+json" : "application/json";

    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/');
}
