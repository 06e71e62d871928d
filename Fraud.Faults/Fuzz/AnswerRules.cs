using System.Text.Json;

namespace Fraud.Faults.Fuzz;

/// <summary>What may come back to a request that may be anything.</summary>
internal static class AnswerRules
{
    /// <summary>Null when it may; else what is wrong with it.</summary>
    public static string? Check(FuzzRequest request, FuzzAnswer answer)
    {
        if (answer.IsTimeout)
        {
            return "no answer and no end of the connection";
        }

        if (answer.Status == 0)
        {
            // What is no HTTP may be dropped; what is has a right to an answer.
            return request.IsMisframed ? null : "the connection ended without an answer";
        }

        return Unexpected(request, answer) ?? (answer.Body.Length > 0 ? WrongBody(answer) : null);
    }

    private static string? Unexpected(FuzzRequest request, FuzzAnswer answer) => answer.Status switch
    {
        < 500 => null,
        503 when answer["retry-after"] is not null => null,
        504 when request.HasDeadline && answer["retry-after"] is not null => null,
        // Kestrel's own word for versions and codings that it does not speak.
        501 or 505 when request.IsMisframed && answer.Body.Length == 0 => null,
        // Not running and not ready are what /health/ready is asked for.
        503 when request.Name.Contains("/ready", StringComparison.Ordinal) => null,
        _ => $"{answer.Status}: {answer.Body}",
    };

    private static string? WrongBody(FuzzAnswer answer)
    {
        if (answer["x-content-type-options"] != "nosniff" || answer["x-request-id"] is null)
        {
            return $"{answer.Status} without the headers that every answer carries";
        }

        var type = answer["content-type"] ?? "";
        var isProblem = type.StartsWith("application/problem+json", StringComparison.Ordinal);
        if (!isProblem && !type.StartsWith("application/json", StringComparison.Ordinal))
        {
            return answer.Status < 400 ? null : $"{answer.Status} as {type}, which is no problem details";
        }

        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            return isProblem && !json.RootElement.TryGetProperty("traceId", out _) ? $"{answer.Status} without a traceId" : null;
        }
        catch (JsonException)
        {
            return $"{answer.Status} with a body that is no JSON: {answer.Body}";
        }
    }
}
