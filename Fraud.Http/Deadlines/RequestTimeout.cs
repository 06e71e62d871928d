using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Fraud.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Deadlines;

/// <summary>
/// How long a caller wants to wait: <c>X-Request-Timeout: 250ms</c> (or <c>2s</c>), or <c>Request-Timeout</c> in
/// seconds. With both the shorter holds; <c>Overload:Deadline</c> is the longest.
/// </summary>
internal static class RequestTimeout
{
    public const string WithUnit = "X-Request-Timeout";
    public const string InSeconds = "Request-Timeout";

    // An hour is longer than any deadline that may be configured; more digits say nothing.
    private const decimal MostSeconds = 3_600;
    private const int MostCharacters = 16;

    private static readonly Problem WrongWithUnit = Wrong(WithUnit, "a time above 0 with its unit, such as 250ms or 1.5s");

    private static readonly Problem WrongSeconds = Wrong(InSeconds, "a number of seconds above 0, such as 0.25");

    /// <param name="timeout">Zero when the caller names none.</param>
    public static bool TryRead(HttpContext context, out TimeSpan timeout, [NotNullWhen(false)] out Problem? wrong)
    {
        timeout = TimeSpan.Zero;
        wrong = null;
        var headers = context.Request.Headers;
        if (headers.TryGetValue(WithUnit, out var withUnit))
        {
            if (withUnit is not [{ } text] || !TryParseWithUnit(text, out timeout))
            {
                wrong = WrongWithUnit;
                return false;
            }
        }

        if (headers.TryGetValue(InSeconds, out var seconds))
        {
            if (seconds is not [{ } text] || !TryParse(text, 1, out var inSeconds))
            {
                wrong = WrongSeconds;
                return false;
            }

            timeout = timeout == TimeSpan.Zero || inSeconds < timeout ? inSeconds : timeout;
        }

        return true;
    }

    private static bool TryParseWithUnit(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        text = text.Trim();
        timeout = default;
        return text.EndsWith("ms", StringComparison.OrdinalIgnoreCase) ? TryParse(text[..^2], 0.001m, out timeout)
            : text.EndsWith("s", StringComparison.OrdinalIgnoreCase) && TryParse(text[..^1], 1, out timeout);
    }

    private static bool TryParse(ReadOnlySpan<char> text, decimal unit, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length > MostCharacters
            || !decimal.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number <= 0)
        {
            return false;
        }

        // The least that is waited for is a tick; nobody means less.
        timeout = TimeSpan.FromTicks(Math.Max(1, (long)(Math.Min(number * unit, MostSeconds) * TimeSpan.TicksPerSecond)));
        return true;
    }

    private static Problem Wrong(string header, string expected) =>
        new(400, "Bad Request", $"{header}: expected {expected}") { Field = header, Expected = expected };
}
