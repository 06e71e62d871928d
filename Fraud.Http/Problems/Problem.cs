using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Fraud.Http.Inference;
using Fraud.Http.Registry;
using Fraud.Model.Decoding;
using Fraud.Stream.Overload;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Problems;

/// <summary>A refusal or a mistake as RFC 9457 problem details. Names the field, never a value.</summary>
internal sealed record Problem(int Status, string Title, string Detail)
{
    public string? Field { get; init; }

    public string? Expected { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>MLflow's word for it, where the status does not say it all.</summary>
    public string? Code { get; init; }

    public static Problem Of(DecodeError error, int status = 400) =>
        new(status, error.Reason == "invalid_json" ? "The body is not valid JSON" : "A field is wrong", error.Message)
        {
            Field = error.Field,
            Expected = error.Expected,
        };

    public static Problem Of(Admission refused) => refused.Outcome switch
    {
        AdmissionOutcome.RateLimited => new Problem(429, "Too many requests", "Your rate of payments is used up; slow down.")
        {
            RetryAfter = refused.RetryAfter,
        },
        AdmissionOutcome.Full => new Problem(503, "The service is full", "More payments wait than can be scored in time.")
        {
            RetryAfter = refused.RetryAfter,
        },
        _ => new Problem(503, "The service is not running", "It is starting, draining or recovering.")
        {
            RetryAfter = refused.RetryAfter,
        },
    };

    public Task Write(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = "application/problem+json";
        if (RetryAfter is { } wait)
        {
            // Whole seconds, and never "at once".
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (context.Request.Path.StartsWithSegments(InferenceProblems.Prefix, StringComparison.Ordinal))
            {
                // Clients of the Open Inference Protocol know no other errors.
                response.ContentType = "application/json";
                json.WriteString("error", Detail);
            }
            else if (context.Request.Path.Value?.StartsWith(MlflowProblems.Prefix, StringComparison.Ordinal) == true)
            {
                // And neither do those of MLflow.
                response.ContentType = "application/json";
                json.WriteString("error_code", MlflowProblems.CodeOf(this));
                json.WriteString("message", Detail);
            }
            else
            {
                WriteDetails(json, context);
            }

            json.WriteEndObject();
        }

        response.ContentLength = buffer.WrittenCount;
        return response.Body.WriteAsync(buffer.WrittenMemory, CancellationToken.None).AsTask();
    }

    private void WriteDetails(Utf8JsonWriter json, HttpContext context)
    {
        json.WriteString("type", "about:blank");
        json.WriteString("title", Title);
        json.WriteNumber("status", Status);
        json.WriteString("detail", Detail);
        if (Field is not null)
        {
            json.WriteString("field", Field);
        }

        if (Expected is not null)
        {
            json.WriteString("expected", Expected);
        }

        json.WriteString("traceId", Activity.Current?.Id ?? context.TraceIdentifier);
    }
}
