using System.Text;
using Fraud.Http.Problems;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Cases;

/// <summary>
/// Which payment an address names. By path, as one segment of it; and by query, for ids that no path can carry: whoever
/// sends or passes on a request takes <c>.</c> and <c>..</c> for steps, and proxies change encoded slashes.
/// </summary>
internal static class CaseAddress
{
    public const string ByPath = "/api/v1/anomalies/{transaction_id}";

    public const string ByQuery = "/api/v1/anomaly";

    private const string Field = "transaction_id";

    public static Problem NotFound { get; } = new(
        404, "Not Found", "transaction_id: expected a payment that was reviewed or blocked. What is known about others goes to POST /labels.")
    {
        Field = Field,
        Expected = "a payment that was reviewed or blocked",
    };

    public static Problem NotStored { get; } = new(404, "Not Found", "transaction_id: expected a payment that was scored and is kept")
    {
        Field = Field,
        Expected = "a payment that was scored and is kept",
    };

    private static readonly Problem Missing = new(400, "Bad Request", "transaction_id: expected the id of one payment, percent-encoded")
    {
        Field = Field,
        Expected = "the id of one payment, percent-encoded",
    };

    /// <summary>What is wrong with the address; null when it names an id.</summary>
    /// <param name="cards">Puts a token in the place of an id that holds a card number, as when the payment came.</param>
    public static Problem? Read(HttpContext context, CardNumberGuard cards, out ShortText id)
    {
        id = default;
        string text;
        if (context.GetRouteValue(Field) is not null)
        {
            text = LastSegment(context);
        }
        else if (context.Request.Query[Field] is [{ Length: > 0 } asked])
        {
            text = asked;
        }
        else
        {
            return Missing;
        }

        // As payments' ids are read.
        text = text.Trim(' ');
        // No stored id is longer, or has a zero, which PostgreSQL would not even look for.
        return !text.Contains('\0', StringComparison.Ordinal) && id.TrySet(Encoding.UTF8.GetBytes(text)) && cards.TryOther(ref id) ? null : NotStored;
    }

    /// <summary>
    /// As it was sent, decoded once. What the server makes of a path has all of it decoded but slashes, so that "%2F" could
    /// be a slash as well as these three characters.
    /// </summary>
    private static string LastSegment(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        var path = target[..(target.IndexOf('?') is >= 0 and var query ? query : target.Length)].TrimEnd('/');
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }
}
