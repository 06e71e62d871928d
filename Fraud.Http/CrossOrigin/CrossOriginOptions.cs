using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.CrossOrigin;

/// <summary>Which web pages of other origins may call this service (CORS). Config section "Cors".</summary>
public sealed class CrossOriginOptions : IValidatableObject
{
    public const string Section = "Cors";

    /// <summary>Origins such as https://console.example.com, or "*" for any. Empty: none, and CORS is off.</summary>
    public IList<string> Origins { get; set; } = [];

    /// <summary>Methods that they may use. Empty: those that addresses of this service take.</summary>
    // Lists of settings are added to, so a list that may be shortened begins empty.
    public IList<string> Methods { get; set; } = [];

    /// <summary>Let browsers send cookies and client certificates along. Not with "*".</summary>
    public bool AllowCredentials { get; set; }

    /// <summary>How long a browser may remember what it was allowed.</summary>
    // Chromium's own limit is two hours; ten minutes let a change through soon.
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(10);

    public bool IsOn => Origins.Count > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Origins.Any(static origin => origin != "*" && !IsOrigin(origin)))
        {
            yield return new ValidationResult(
                "Origins: expected \"*\" or scheme and host such as https://console.example.com", [nameof(Origins)]);
        }

        if (AllowCredentials && Origins.Contains("*"))
        {
            yield return new ValidationResult(
                "AllowCredentials: expected named Origins, since browsers take no credentials with \"*\"", [nameof(AllowCredentials)]);
        }
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.PathAndQuery == "/"
        && !text.EndsWith('/');
}
