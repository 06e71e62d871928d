using System.Diagnostics;
using Fraud.Http.Edge;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Problems;

/// <summary>What is answered where a handler throws: a request that cannot be read, or a failure of ours.</summary>
internal sealed partial class FailedRequests(AnswerHeaders headers, ILogger<FailedRequests> log) : IExceptionHandler
{
    /// <summary>What is answered.</summary>
    public static int StatusOf(Exception exception) => (exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // The middleware took away what every answer carries, with all that the handler had set.
        headers.Write(httpContext);
        if (exception is BadHttpRequestException unreadable)
        {
            // Even where the caller is gone and the answer cannot be written.
            LastRequest.Mark(httpContext);
            httpContext.Response.Headers.Connection = "close";
            await new Problem(unreadable.StatusCode, ReasonPhrases.GetReasonPhrase(unreadable.StatusCode), unreadable.Message).Write(httpContext);
            return true;
        }

        Failed(log, Activity.Current?.Id ?? httpContext.TraceIdentifier, exception);
        await new Problem(500, "Internal Server Error", "The request failed; the log has the trace id.").Write(httpContext);
        return true;
    }

    [LoggerMessage(350, LogLevel.Error, "A request failed; trace {TraceId}")]
    private static partial void Failed(ILogger log, string traceId, Exception exception);
}
