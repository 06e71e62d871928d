using System.Text.Json;
using Fraud.Model;
using Fraud.Stream.Cluster;

namespace Fraud.Stream.Storage;

/// <summary>Snapshots of cards and terminals, on the writing connection. One caller at a time.</summary>
internal sealed class SqliteSnapshots(SqliteConnection connection)
{
    private readonly SqliteStatement _mark = connection.Prepare(
        """
        UPDATE shards SET snapshot_sequence = ?3, snapshot_labels = ?4 WHERE shard = ?1 AND generation = ?2 AND owner <> ''
        RETURNING shard
        """);

    private readonly SqliteStatement _card = connection.Prepare(
        """
        INSERT INTO card_states (shard, card_id, payload) VALUES (?1, ?2, ?3)
        ON CONFLICT (shard, card_id) DO UPDATE SET payload = excluded.payload
        """);

    private readonly SqliteStatement _expired = connection.Prepare("DELETE FROM card_states WHERE shard = ?1 AND card_id = ?2");
    private readonly SqliteStatement _held = connection.Prepare(
        "SELECT 1 FROM shards WHERE shard = ?1 AND generation = ?2 AND owner <> ''");

    private readonly SqliteStatement _clear = connection.Prepare("DELETE FROM terminal_snapshots");
    private readonly SqliteStatement _head = connection.Prepare(
        "INSERT INTO terminal_snapshots (ordinal, labels, positions, payload) VALUES (0, ?1, ?2, x'')");

    private readonly SqliteStatement _chunk = connection.Prepare("INSERT INTO terminal_snapshots (ordinal, payload) VALUES (?1, ?2)");

    public void SaveCards(CardSnapshot snapshot) => connection.InTransaction(() =>
    {
        var isHeld = _mark.Integer(1, snapshot.Shard).Integer(2, snapshot.Generation).Integer(3, snapshot.Sequence)
            .Integer(4, snapshot.Labels).Step();
        _mark.Reset();
        if (!isHeld)
        {
            throw new ShardsFencedException([snapshot.Shard]);
        }

        foreach (var card in snapshot.Changed)
        {
            _card.Integer(1, snapshot.Shard).Text(2, card.CardId.Utf8).Blob(3, card.Payload).Run();
        }

        foreach (var card in snapshot.Expired)
        {
            _expired.Integer(1, snapshot.Shard).Text(2, card.Utf8).Run();
        }
    });

    public void DropCards(int shard, long generation, IReadOnlyCollection<ShortText> cards) => connection.InTransaction(() =>
    {
        var isHeld = _held.Integer(1, shard).Integer(2, generation).Step();
        _held.Reset();
        if (!isHeld)
        {
            throw new ShardsFencedException([shard]);
        }

        foreach (var card in cards)
        {
            _expired.Integer(1, shard).Text(2, card.Utf8).Run();
        }
    });

    public void SaveTerminals(TerminalSnapshot snapshot) => connection.InTransaction(() =>
    {
        _clear.Run();
        _head.Integer(1, snapshot.Labels).Text(2, JsonSerializer.Serialize(snapshot.Sequences)).Run();
        for (var i = 0; i < snapshot.Chunks.Count; i++)
        {
            _chunk.Integer(1, i + 1).Blob(2, snapshot.Chunks[i]).Run();
        }
    });
}
