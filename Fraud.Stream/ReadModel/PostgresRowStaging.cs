using Fraud.Stream.Journal;
using Fraud.Stream.Storage;
using Npgsql;

namespace Fraud.Stream.ReadModel;

/// <summary>Rows on their way into PostgreSQL: copied into a table of the session, and moved from there into those of all.</summary>
internal sealed class PostgresRowStaging : IDisposable
{
    private const short CopiedColumns = 21;

    private const string Columns =
        "transaction_id, shard, card_id, terminal_id, amount_minor, currency, event_time, source, fraud_score, decision, "
        + "reasons, model, model_version, review_threshold, block_threshold, features, kafka_offset, scored_at, sequence, ordinal";

    // Positions follow the order of copying.
    private const string Staging = """
        CREATE TEMP TABLE result_rows (
            position bigint NOT NULL DEFAULT nextval('transactions_position'), number integer NOT NULL,
            transaction_id text, shard integer, card_id text, terminal_id text, amount_minor bigint, currency text,
            event_time bigint, source text, fraud_score real, decision smallint, reasons text, model text,
            model_version text, review_threshold real, block_threshold real, features real[], kafka_offset bigint,
            scored_at bigint, sequence bigint, ordinal integer
        ) ON COMMIT DELETE ROWS
        """;

    private const string CopySql = $"COPY result_rows (number, {Columns}) FROM STDIN (FORMAT BINARY)";

    // Answers the numbers of those whose ids were there already, with a row or parked, and -1 when labels wait for payments.
    private const string Move = $"""
        WITH fresh AS (
            INSERT INTO transaction_ids (transaction_id, position, event_time)
            SELECT transaction_id, position, event_time FROM result_rows r
            WHERE NOT EXISTS (SELECT FROM refused_rows p WHERE p.transaction_id = r.transaction_id) ORDER BY position
            ON CONFLICT (transaction_id) DO NOTHING
            RETURNING position
        ), stored AS (
            INSERT INTO transactions (position, {Columns})
            SELECT position, {Columns} FROM result_rows JOIN fresh USING (position)
        )
        SELECT number FROM result_rows LEFT JOIN fresh USING (position) WHERE fresh.position IS NULL
        UNION ALL
        SELECT -1 WHERE EXISTS (SELECT FROM waiting_labels)
        """;

    // Of the repeats, those that are not their own rows, read a second time, and are not parked themselves.
    private const string Repeat = """
        INSERT INTO repeated_payments (shard, sequence, ordinal, transaction_id)
        SELECT r.shard, r.sequence, r.ordinal, r.transaction_id FROM result_rows r
        WHERE r.number = ANY ($1) AND NOT EXISTS (
            SELECT FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time)
            WHERE i.transaction_id = r.transaction_id AND t.shard = r.shard AND t.sequence = r.sequence AND t.ordinal = r.ordinal)
          AND NOT EXISTS (
            SELECT FROM refused_rows p
            WHERE p.transaction_id = r.transaction_id AND p.shard = r.shard AND p.sequence = r.sequence AND p.ordinal = r.ordinal)
        ON CONFLICT DO NOTHING
        """;

    private readonly NpgsqlConnection _connection;
    private readonly PostgresCopyBuffer _rows = new();
    private readonly NpgsqlCommand _move;

    public PostgresRowStaging(NpgsqlConnection connection)
    {
        _connection = connection;
        connection.Execute(Staging);
        _move = new NpgsqlCommand(Move, connection);
        _move.Prepare();
    }

    /// <summary>Copies the payments of slices, numbered from 0 on in their order.</summary>
    /// <returns>How many there are.</returns>
    public int Copy(IReadOnlyList<PageSlice> slices)
    {
        var number = 0;
        _rows.Begin();
        foreach (var slice in slices)
        {
            var page = new PageReader(slice.Page.Bytes.Span);
            while (slice.Read(ref page))
            {
                AddRow(number++, ref page, slice);
            }
        }

        if (number > 0)
        {
            _rows.End();
            using var copy = _connection.BeginRawBinaryCopy(CopySql);
            copy.Write(_rows.Written);
        }

        return number;
    }

    /// <summary>Makes rows of what was copied.</summary>
    /// <returns>Numbers of those whose ids were there already, and whether labels wait for payments.</returns>
    public (HashSet<int> Found, bool LabelsWait) MoveRows()
    {
        var found = new HashSet<int>();
        var labelsWait = false;
        using var reader = _move.ExecuteReader();
        while (reader.Read())
        {
            _ = reader.GetInt32(0) is >= 0 and var number ? found.Add(number) : labelsWait = true;
        }

        return (found, labelsWait);
    }

    /// <summary>Notes those that are repeats by their places.</summary>
    /// <returns>How many are.</returns>
    public int Note(HashSet<int> numbers) => numbers.Count > 0 ? _connection.Execute(Repeat, (object)numbers.ToArray()) : 0;

    /// <summary>Before more is copied in the same transaction.</summary>
    public void Clear() => _connection.Execute("DELETE FROM result_rows");

    public void Dispose() => _move.Dispose();

    private void AddRow(int number, ref PageReader page, in PageSlice slice)
    {
        ref var payment = ref page.Payment;
        var by = page.ScoredBy!;
        var reasons = page.Reasons();
        _rows.Row(CopiedColumns)
            .Integer(number)
            .Text(payment.Id.Utf8)
            .Integer(slice.Page.Shard)
            .Text(payment.CardId.Utf8)
            .Text(payment.TerminalId.Utf8)
            .Long(payment.AmountMinor)
            .Text(payment.Currency.ToString())
            .Long(payment.EventTimeMs)
            .Text(payment.Source.Utf8)
            .Real(payment.Score)
            .Short((short)payment.Decision)
            .Text(reasons.Count == 0 ? null : StoredJson.Reasons(reasons))
            .Text(by.Model)
            .Text(by.Version)
            .Real(by.ReviewThreshold)
            .Real(by.BlockThreshold)
            // Empty where they were not kept.
            .Reals(page.Features());
        _ = payment.KafkaOffset >= 0 ? _rows.Long(payment.KafkaOffset) : _rows.Null();
        _rows.Long(page.StoredAtMs).Long(slice.Page.Sequence).Integer(slice.OrdinalOf(page));
    }
}
