using System.Net;

namespace Fraud.Client;

/// <summary>
/// What the service says about a request that it does not answer: problem details (RFC 9457), or the same facts as the Open
/// Inference Protocol and MLflow have them.
/// </summary>
public sealed record ProblemDetails
{
    /// <summary>Kind of problem; "about:blank" where the status says it all.</summary>
    public string? Type { get; init; }

    /// <summary>The problem in a few words.</summary>
    public string? Title { get; init; }

    /// <summary>MLflow's word for it, such as RESOURCE_DOES_NOT_EXIST; of the model registry alone.</summary>
    public string? Code { get; init; }

    /// <summary>HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>What is wrong and what to do.</summary>
    public string? Detail { get; init; }

    /// <summary>The field that is wrong, where it is one.</summary>
    public string? Field { get; init; }

    /// <summary>What was expected of the field.</summary>
    public string? Expected { get; init; }

    /// <summary>Finds the request in the service's log and traces.</summary>
    public string? TraceId { get; init; }
}

/// <summary>The service refused a request, or did not answer it after all attempts.</summary>
public sealed class FraudApiException : Exception
{
    internal FraudApiException(string message, HttpStatusCode? status, ProblemDetails? problem, TimeSpan? retryAfter, int attempts, Exception? inner)
        : base(message, inner)
    {
        StatusCode = status;
        Problem = problem;
        RetryAfter = retryAfter;
        Attempts = attempts;
    }

    /// <summary>Status of the last answer; null when there was none.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>What the service said; null when it did not answer, or something else answered for it.</summary>
    public ProblemDetails? Problem { get; }

    /// <summary>When the service wants to be asked again; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>How often it was asked.</summary>
    public int Attempts { get; }
}
