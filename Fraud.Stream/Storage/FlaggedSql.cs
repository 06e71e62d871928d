using System.Globalization;
using System.Text;
using Fraud.Stream.Cases;

namespace Fraud.Stream.Storage;

/// <summary>Questions about flagged payments, in the SQL that both stores understand.</summary>
internal static class FlaggedSql
{
    /// <summary>In the order that the stores read them.</summary>
    public const string Columns =
        "t.position, t.transaction_id, t.card_id, t.terminal_id, t.amount_minor, t.currency, t.event_time, t.source, "
        + "t.fraud_score, t.decision, t.reasons, t.model, t.model_version, t.scored_at, "
        + "c.status, c.version, c.changed_at, c.changed_by, c.note";

    private const string All = "transactions t LEFT JOIN cases c ON c.transaction_id = t.transaction_id";

    // From the few cases to their payments: SQLite keeps the order of a cross join.
    private const string Decided = "cases c CROSS JOIN transactions t";

    public const string After =
        $"SELECT {Columns} FROM {All} WHERE t.decision <> 0 AND t.position > {{0}}1 AND t.position <= {{0}}2 ORDER BY t.position LIMIT {{0}}3";

    /// <param name="mark">What the store puts before a parameter's number.</param>
    public static (string Sql, List<object> Values) List(FlaggedQuery query, char mark)
    {
        var isDecided = query.Status is { } wanted && wanted != CaseStatus.New;
        var by = isDecided ? "c" : "t";
        var values = new List<object>();
        var sql = new StringBuilder($"SELECT {Columns} FROM {(isDecided ? Decided : All)} WHERE t.decision <> 0");
        if (isDecided)
        {
            sql.Append($" AND t.position = c.position AND t.event_time = c.event_time AND c.status = {Value((int)query.Status!)}");
        }
        else if (query.Status is not null)
        {
            // Once changed and put back to NEW, there is a row.
            sql.Append(" AND (c.status IS NULL OR c.status = 0)");
        }

        if (query.FromMs is { } from)
        {
            sql.Append($" AND {by}.event_time >= {Value(from)}");
        }

        if (query.ToMs is { } to)
        {
            sql.Append($" AND {by}.event_time < {Value(to)}");
        }

        if (query.MinScore is { } score)
        {
            sql.Append($" AND t.fraud_score >= {Value(score)}");
        }

        var first = query.Order switch
        {
            FlaggedOrder.Score => "t.fraud_score",
            FlaggedOrder.Amount => "t.amount_minor",
            _ => null,
        };
        if (query.After is { } place)
        {
            sql.Append(first is null ? $" AND ({by}.event_time, {by}.position)" : $" AND ({first}, {by}.event_time, {by}.position)");
            sql.Append(first is null ? " < (" : $" < ({Value(place.Key)}, ");
            sql.Append($"{Value(place.EventTimeMs)}, {Value(place.Position)})");
        }

        sql.Append(first is null ? " ORDER BY " : $" ORDER BY {first} DESC, ");
        sql.Append($"{by}.event_time DESC, {by}.position DESC LIMIT {Value(query.Limit)} OFFSET {Value(query.Offset)}");
        return (sql.ToString(), values);

        string Value(object value)
        {
            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"{mark}{values.Count}");
        }
    }
}
