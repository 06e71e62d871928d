using System.Globalization;
using Fraud.Http.Problems;
using Fraud.Model.Decoding;
using Fraud.Stream.Cases;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Cases;

/// <summary>Reads what a caller wants to see from the query string. Thread-safe.</summary>
internal sealed class AnomalyQuery(CasesOptions options)
{
    private static readonly long LastMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Longest next_cursor: a time, a position and a score in as many digits as they can have.</summary>
    public const int MaxCursorLength = 80;

    private const string CursorExpected = "next_cursor of the page before, with the sort it came from";

    public Problem? TryRead(IQueryCollection query, out FlaggedQuery wanted)
    {
        var limit = options.DefaultLimit;
        var offset = 0;
        var order = FlaggedOrder.Time;
        FlaggedPlace? after = null;
        float? score = null;
        CaseStatus? status = null;
        long? from = null, to = null;
        var wrong = Number(query, "limit", 1, options.MaxLimit, ref limit)
            ?? Number(query, "offset", 0, options.MaxOffset, ref offset)
            ?? Order(query, ref order)
            ?? Cursor(query, order, ref after)
            ?? Score(query, ref score)
            ?? Status(query, ref status)
            ?? Time(query, "from", ref from)
            ?? Time(query, "to", ref to);
        wanted = new FlaggedQuery(limit, offset, after, score, status, from, to, order);
        return wrong;
    }

    public static string CursorAfter(FlaggedPayment last, FlaggedOrder order)
    {
        var place = FlaggedPlace.Of(last, order);
        return order is FlaggedOrder.Time
            ? string.Create(CultureInfo.InvariantCulture, $"{place.EventTimeMs}.{place.Position}")
            : string.Create(CultureInfo.InvariantCulture, $"{place.EventTimeMs}.{place.Position}.{place.Key:R}");
    }

    /// <summary>What was asked for, for the audit log: not which page of it, and nothing that a card could stand in.</summary>
    public static string Words(FlaggedQuery query) => string.Join(", ", Parts(query));

    private static IEnumerable<string> Parts(FlaggedQuery query)
    {
        yield return $"sort {query.Order.ToString().ToLowerInvariant()}";
        if (query.Status is { } status)
        {
            yield return $"status {status.Name()}";
        }

        if (query.MinScore is { } score)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"score from {score}");
        }

        if (query.FromMs is { } from)
        {
            yield return $"paid from {Moment(from)}";
        }

        if (query.ToMs is { } to)
        {
            yield return $"paid before {Moment(to)}";
        }
    }

    private static string Moment(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(unixMs, LastMs)).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static Problem? Number(IQueryCollection query, string name, int least, int most, ref int value) =>
        query[name] is not [{ Length: > 0 } text]
        || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most)
            ? null
            : Wrong(name, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));

    private static Problem? Order(IQueryCollection query, ref FlaggedOrder order)
    {
        switch (query["sort"].ToString())
        {
            case "" or "time":
                return null;
            case "score":
                order = FlaggedOrder.Score;
                return null;
            case "amount":
                order = FlaggedOrder.Amount;
                return null;
            default:
                return Wrong("sort", "time, score or amount");
        }
    }

    private static Problem? Cursor(IQueryCollection query, FlaggedOrder order, ref FlaggedPlace? after)
    {
        if (query["cursor"] is not [{ Length: > 0 } text])
        {
            return null;
        }

        // The last part has a dot of its own when it is a score.
        var parts = text.Split('.', 3);
        var key = 0.0;
        if (parts.Length != (order is FlaggedOrder.Time ? 2 : 3)
            || !long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            || (parts.Length == 3 && !(double.TryParse(parts[2], NumberStyles.Float, CultureInfo.InvariantCulture, out key) && double.IsFinite(key))))
        {
            return Wrong("cursor", CursorExpected);
        }

        after = new FlaggedPlace(time, position, key);
        return null;
    }

    private static Problem? Score(IQueryCollection query, ref float? score)
    {
        if (query["min_score"] is not [{ Length: > 0 } text])
        {
            return null;
        }

        if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || value is not (>= 0 and <= 1))
        {
            return Wrong("min_score", "a number from 0 to 1");
        }

        score = value;
        return null;
    }

    private static Problem? Status(IQueryCollection query, ref CaseStatus? status)
    {
        if (query["status"] is not [{ Length: > 0 } text])
        {
            return null;
        }

        if (!CaseStatuses.TryParse(text, out var value))
        {
            return Wrong("status", CaseStatuses.Expected);
        }

        status = value;
        return null;
    }

    private static Problem? Time(IQueryCollection query, string name, ref long? unixMs)
    {
        if (query[name] is not [{ Length: > 0 } text])
        {
            return null;
        }

        if (!Times.TryParse(text, out var time))
        {
            return Wrong(name, Times.ExpectedOrDate);
        }

        unixMs = time;
        return null;
    }

    private static Problem Wrong(string field, string expected) =>
        new(400, "Bad Request", $"{field}: expected {expected}") { Field = field, Expected = expected };
}
