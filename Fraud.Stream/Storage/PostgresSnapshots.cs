using System.Globalization;
using System.Text.Json;
using Fraud.Model;
using Fraud.Stream.Shards;
using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Storage;

/// <summary>Snapshots of cards and terminals.</summary>
internal sealed class PostgresSnapshots(NpgsqlDataSource source, TimeSpan lockTimeout)
{
    // The buffer that rows are built in leaves when it has grown to this; its first size.
    private const int CopySlice = 1 << 20;

    // What ShardHead.TrySnapshot compares, and that labels do not go back: a move may go nowhere, with new labels alone.
    private const string IsExpected =
        "shard = $1 AND generation = $2 AND snapshot_sequence = $3 AND sequence >= $4 AND snapshot_labels <= $5";

    // A million cards at once take some 20 s; thirty times that is a server in trouble.
    private const int WriteTimeoutSeconds = 600;

    /// <remarks>
    /// The shard's row comes last: it is held for a moment only, so commits go on while many cards are written. Nothing
    /// that others wait for is held while rows are copied, where the server would wait for a stopped process without end.
    /// </remarks>
    public bool SaveCards(CardSnapshot snapshot) => Guard(() =>
    {
        var (shard, generation, from, to) = snapshot.Move;
        using var connection = source.OpenConnection();
        using var transaction = connection.Begin(lockTimeout);
        // Only so that nothing is written in vain: what counts is the comparison at the end.
        if (connection.Query("SELECT 1 FROM shards WHERE " + IsExpected,
            static row => row.GetInt32(0), shard, generation, from, to, snapshot.Labels).Count == 0)
        {
            return false;
        }

        if (snapshot.Changed.Count > 0)
        {
            connection.Execute("CREATE TEMP TABLE changed_cards (card_id text COLLATE \"C\", payload bytea) ON COMMIT DROP");
            Copy(connection, snapshot.Changed);
            Write(
                connection,
                """
                INSERT INTO card_states (shard, card_id, payload) SELECT $1, card_id, payload FROM changed_cards ORDER BY card_id
                ON CONFLICT (shard, card_id) DO UPDATE SET payload = excluded.payload
                """,
                shard);
        }

        if (snapshot.Expired.Count > 0)
        {
            Write(
                connection, "DELETE FROM card_states WHERE shard = $1 AND card_id = ANY ($2)",
                shard, snapshot.Expired.Select(static card => card.ToString()).ToArray());
        }

        if (connection.Execute(
            "UPDATE shards SET snapshot_sequence = $4, snapshot_labels = $5 WHERE " + IsExpected,
            shard, generation, from, to, snapshot.Labels) == 0)
        {
            return false;
        }

        transaction.Commit();
        return true;
    });

    public IEnumerable<CardState> ReadCards(int shard)
    {
        using var connection = Guard(source.OpenConnection);
        using var stream = Guard(() => connection.BeginRawBinaryCopy(string.Create(
            CultureInfo.InvariantCulture,
            $"COPY (SELECT card_id, payload FROM card_states WHERE shard = {shard}) TO STDOUT (FORMAT BINARY)")));
        var rows = new PostgresCopyReader(stream);
        while (Guard(rows.NextRow))
        {
            yield return Guard(() => Card(rows));
        }
    }

    public IReadOnlyList<CardState> ReadCards(int shard, IReadOnlyCollection<ShortText> cards) =>
        [.. source.Stream(
            "SELECT card_id, payload FROM card_states WHERE shard = $1 AND card_id = ANY ($2)",
            Card, shard, cards.Select(static card => card.ToString()).ToArray())];

    public IReadOnlyList<CardState> ReadCards(int shard, ShortText after, int limit) =>
        [.. source.Stream(
            "SELECT card_id, payload FROM card_states WHERE shard = $1 AND card_id > $2 ORDER BY card_id LIMIT $3",
            Card, shard, after.ToString(), limit)];

    /// <remarks>The shard's row comes last, as in <see cref="SaveCards"/>: shared, so that no claim comes in between.</remarks>
    public bool DropCards(int shard, long generation, IReadOnlyCollection<ShortText> cards) => Guard(() =>
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.Begin(lockTimeout);
        Write(
            connection, "DELETE FROM card_states WHERE shard = $1 AND card_id = ANY ($2)",
            shard, cards.Select(static card => card.ToString()).ToArray());
        if (connection.Query("SELECT 1 FROM shards WHERE shard = $1 AND generation = $2 FOR SHARE",
            static row => row.GetInt32(0), shard, generation).Count == 0)
        {
            return false;
        }

        transaction.Commit();
        return true;
    });

    public void SaveTerminals(TerminalSnapshot snapshot) => Guard(() =>
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.Begin(lockTimeout);
        connection.Lock(PostgresSession.TerminalsLock);
        connection.Execute("DELETE FROM terminal_snapshots");
        connection.Execute(
            "INSERT INTO terminal_snapshots (ordinal, labels, positions, payload) VALUES (0, $1, $2, '')",
            snapshot.Labels, JsonSerializer.Serialize(snapshot.Sequences));
        for (var i = 0; i < snapshot.Chunks.Count; i++)
        {
            connection.Execute("INSERT INTO terminal_snapshots (ordinal, payload) VALUES ($1, $2)", i + 1, snapshot.Chunks[i]);
        }

        transaction.Commit();
    });

    public TerminalSnapshot? ReadTerminals() => StoredTerminals.Join(source.Stream(
        "SELECT labels, positions, payload FROM terminal_snapshots ORDER BY ordinal",
        static row => new StoredTerminals(
            row.IsDBNull(0) ? 0 : row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetFieldValue<byte[]>(2))));

    private static void Copy(NpgsqlConnection connection, IReadOnlyList<CardState> cards)
    {
        var rows = new PostgresCopyBuffer();
        rows.Begin();
        using var copy = connection.BeginRawBinaryCopy("COPY changed_cards (card_id, payload) FROM STDIN (FORMAT BINARY)");
        foreach (var card in cards)
        {
            rows.Row(2).Text(card.CardId.Utf8).Bytes(card.Payload);
            if (rows.Written.Length >= CopySlice)
            {
                copy.Write(rows.Written);
                rows.Drop();
            }
        }

        rows.End();
        copy.Write(rows.Written);
    }

    private static void Write(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = WriteTimeoutSeconds };
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        command.ExecuteNonQuery();
    }

    private static CardState Card(NpgsqlDataReader row) => new(ShortText.From(row.GetString(0)), row.GetFieldValue<byte[]>(1));

    private static CardState Card(PostgresCopyReader rows)
    {
        ShortText card = default;
        card.TrySet(rows.Field());
        return new CardState(card, rows.Field().ToArray());
    }
}
