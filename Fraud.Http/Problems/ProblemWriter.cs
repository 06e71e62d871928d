using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fraud.Http.ApiDocs;
using Fraud.Http.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Fraud.Http.Problems;

/// <summary>
/// Writes every refusal, ours and the framework's, in the dialect of its address. Whatever a caller says that it accepts: a
/// refusal that nobody can read helps nobody.
/// </summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    /// <summary>The framework's: a status, and no word about it.</summary>
    public ValueTask WriteAsync(ProblemDetailsContext context) =>
        new(Write(context.HttpContext, context.ProblemDetails.Status ?? context.HttpContext.Response.StatusCode));

    /// <summary>Of a status alone.</summary>
    public static Task Write(HttpContext context, int status)
    {
        var title = ReasonPhrases.GetReasonPhrase(status);
        return Write(context, new Problem(status, title, status switch
        {
            404 => "No such address; GET / lists what there is.",
            405 => $"method: expected {context.Response.Headers.Allow}",
            _ => title,
        }));
    }

    public static Task Write(HttpContext context, Problem problem)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        if (problem.IsShed)
        {
            context.Features.Set(ShedRequest.Mark);
        }

        if (problem.RetryAfter is { } wait)
        {
            // Whole seconds, and never "at once".
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        var detail = problem.Detail.Cut(ProblemBody.MaxDetail);
        var dialect = ProblemDialects.Of(context.Request.Path.Value);
        response.ContentType = dialect.ContentType();
        return dialect switch
        {
            ProblemDialect.InferenceError => Send(response, new InferenceError { Error = detail }, ProblemsJson.Default.InferenceError),
            ProblemDialect.MlflowError => Send(
                response, new MlflowError { ErrorCode = MlflowProblems.CodeOf(problem), Message = detail }, ProblemsJson.Default.MlflowError),
            _ => Send(response, Details(context, problem, detail), ProblemsJson.Default.ProblemBody),
        };
    }

    private static ProblemBody Details(HttpContext context, Problem problem, string detail) => new()
    {
        Type = "about:blank",
        Title = problem.Title,
        Status = problem.Status,
        Detail = detail,
        Field = problem.Field?.Cut(ProblemBody.MaxText),
        Expected = problem.Expected?.Cut(ProblemBody.MaxText),
        TraceId = (Activity.Current?.Id ?? context.TraceIdentifier).Cut(ProblemBody.MaxText),
    };

    // Not given up with the request: where its body broke off, the caller may still read.
    private static Task Send<T>(HttpResponse response, T body, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body, type);
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(json, CancellationToken.None).AsTask();
    }
}
