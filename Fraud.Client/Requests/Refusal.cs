using System.Net;
using System.Text.Json;

namespace Fraud.Client.Requests;

/// <summary>Turns what is no answer into an exception.</summary>
internal static class Refusal
{
    // A problem is a few hundred bytes; the error page of something in between is not read further.
    private const int MostProblemBytes = 64 * 1024;

    private const string RequestId = "X-Request-Id";

    private const string Separator = ": expected ";

    public static async Task<FraudApiException> Of(
        HttpResponseMessage response, FraudJson json, TimeProvider time, int attempts, CancellationToken cancellation)
    {
        var problem = await Problem(response, json, cancellation).ConfigureAwait(false);
        var text = problem?.Detail ?? problem?.Title ?? response.ReasonPhrase;
        return new FraudApiException(
            $"{(int)response.StatusCode}: {text}", response.StatusCode, problem, RetryAfter(response, time), attempts, inner: null);
    }

    public static FraudApiException NotOurs(HttpStatusCode? status, int attempts, Exception error) =>
        new("expected an answer of a fraud scoring service; is the address right?", status, null, null, attempts, error);

    public static FraudApiException NoAnswer(string reason, int attempts, Exception error) =>
        new($"the service does not answer: {reason}", status: null, problem: null, retryAfter: null, attempts, error);

    private static async Task<ProblemDetails?> Problem(HttpResponseMessage response, FraudJson json, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json")
            || response.Content.Headers.ContentLength is > MostProblemBytes)
        {
            return null;
        }

        try
        {
            var body = JsonSerializer.Deserialize(
                await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false), json.ProblemBody);
            return body is null ? null : Understood(body, response);
        }
        catch (JsonException)
        {
            // Something between here and the service answered; the status still counts.
            return null;
        }
    }

    /// <summary>The same facts from all three ways that the service has of refusing.</summary>
    private static ProblemDetails? Understood(ProblemBody body, HttpResponseMessage response)
    {
        var problem = new ProblemDetails
        {
            Type = body.Type,
            Title = body.Title,
            Status = (int)response.StatusCode,
            Detail = body.Detail ?? body.Error ?? body.Message,
            Code = body.ErrorCode,
            Field = body.Field,
            Expected = body.Expected,
            TraceId = body.TraceId ?? (response.Headers.TryGetValues(RequestId, out var ids) ? ids.First() : null),
        };
        if (problem is { Detail: null, Title: null })
        {
            return null;
        }

        // The Open Inference Protocol and MLflow have one text for what problem details have three fields for.
        return body.Detail is null && problem is { Field: null, Detail: { } detail }
            && detail.IndexOf(Separator, StringComparison.Ordinal) is > 0 and var end && !detail.AsSpan(0, end).ContainsAny(' ', ':')
            ? problem with { Field = detail[..end], Expected = detail[(end + Separator.Length)..] }
            : problem;
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };
}

/// <summary>The fields of all refusals: RFC 9457, the Open Inference Protocol ("error"), and MLflow ("error_code", "message").</summary>
internal sealed record ProblemBody
{
    public string? Type { get; init; }

    public string? Title { get; init; }

    public string? Detail { get; init; }

    public string? Field { get; init; }

    public string? Expected { get; init; }

    [System.Text.Json.Serialization.JsonPropertyName("traceId")]
    public string? TraceId { get; init; }

    public string? Error { get; init; }

    public string? ErrorCode { get; init; }

    public string? Message { get; init; }
}
