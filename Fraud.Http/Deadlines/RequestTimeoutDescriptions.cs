using Fraud.Http.ApiDocs;

namespace Fraud.Http.Deadlines;

/// <summary>The headers of <see cref="RequestTimeout"/> as the OpenAPI document tells of them.</summary>
internal static class RequestTimeoutDescriptions
{
    public static IReadOnlyList<ApiParameter> Headers { get; } =
    [
        new ApiParameter(
            RequestTimeout.WithUnit, "header",
            "How long you wait, with ms or s; then 504. What was counted by then is finished all the same. Overload:Deadline is the longest.", "250ms")
        {
            MaxLength = 18,
            IsRare = true,
        },
        new ApiParameter(RequestTimeout.InSeconds, "header", "The same in seconds; with both the shorter holds.", "0.25") { Type = "number", Minimum = 0, IsRare = true },
    ];
}
