using Fraud.Model.Decoding;
using Fraud.Stream.Overload;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Fraud.Http.Problems;

/// <summary>A refusal or a mistake, and as a handler's result the answer that says so. Names the field, never a value.</summary>
internal sealed record Problem(int Status, string Title, string Detail) : IResult
{
    public string? Field { get; init; }

    public string? Expected { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Refused because more came than there is room for: told to the caller, counted as shed, and no error of the service.</summary>
    public bool IsShed { get; init; }

    /// <summary>MLflow's word for it, where the status does not say it all.</summary>
    public string? Code { get; init; }

    public static Problem Of(DecodeError error, int status = 400) =>
        new(status, ReasonPhrases.GetReasonPhrase(status), error.Message)
        {
            Field = error.Field,
            Expected = error.Expected,
        };

    public static Problem Of(Admission refused) => refused.Outcome switch
    {
        AdmissionOutcome.RateLimited => new Problem(429, "Too Many Requests", "Your rate of payments is used up; slow down.")
        {
            RetryAfter = refused.RetryAfter,
        },
        AdmissionOutcome.Full => new Problem(503, "Service Unavailable", "More payments wait than can be scored in time.")
        {
            IsShed = true,
            RetryAfter = refused.RetryAfter,
        },
        _ => new Problem(503, "Service Unavailable", "The service is starting, draining or recovering.")
        {
            RetryAfter = refused.RetryAfter,
        },
    };

    public Task Write(HttpContext context) => ProblemWriter.Write(context, this);

    public Task ExecuteAsync(HttpContext httpContext) => Write(httpContext);
}
