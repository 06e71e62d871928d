using System.Text.Json;
using Fraud.Model;

namespace Fraud.Stream.Storage;

/// <summary>Snapshots of cards and terminals, on the writing connection. One caller at a time.</summary>
internal sealed class SqliteSnapshots(SqliteConnection connection)
{
    private readonly SqliteStatement _mark = connection.Prepare(
        """
        UPDATE shards SET snapshot_sequence = ?4, snapshot_labels = ?5
        WHERE shard = ?1 AND generation = ?2 AND snapshot_sequence = ?3 AND sequence >= ?4 AND snapshot_labels <= ?5
        """);

    private readonly SqliteStatement _card = connection.Prepare(
        """
        INSERT INTO card_states (shard, card_id, payload) VALUES (?1, ?2, ?3)
        ON CONFLICT (shard, card_id) DO UPDATE SET payload = excluded.payload
        """);

    private readonly SqliteStatement _expired = connection.Prepare("DELETE FROM card_states WHERE shard = ?1 AND card_id = ?2");
    private readonly SqliteStatement _held = connection.Prepare(
        "SELECT 1 FROM shards WHERE shard = ?1 AND generation = ?2");

    private readonly SqliteStatement _clear = connection.Prepare("DELETE FROM terminal_snapshots");
    private readonly SqliteStatement _head = connection.Prepare(
        "INSERT INTO terminal_snapshots (ordinal, labels, positions, payload) VALUES (0, ?1, ?2, x'')");

    private readonly SqliteStatement _chunk = connection.Prepare("INSERT INTO terminal_snapshots (ordinal, payload) VALUES (?1, ?2)");

    public bool SaveCards(CardSnapshot snapshot) => connection.TryInTransaction(() =>
    {
        var (shard, generation, from, to) = snapshot.Move;
        _mark.Integer(1, shard).Integer(2, generation).Integer(3, from).Integer(4, to).Integer(5, snapshot.Labels).Run();
        if (connection.Changes == 0)
        {
            return false;
        }

        foreach (var card in snapshot.Changed)
        {
            _card.Integer(1, shard).Text(2, card.CardId.Utf8).Blob(3, card.Payload).Run();
        }

        foreach (var card in snapshot.Expired)
        {
            _expired.Integer(1, shard).Text(2, card.Utf8).Run();
        }

        return true;
    });

    public bool DropCards(int shard, long generation, IReadOnlyCollection<ShortText> cards) => connection.TryInTransaction(() =>
    {
        var isHeld = _held.Integer(1, shard).Integer(2, generation).Step();
        _held.Reset();
        if (!isHeld)
        {
            return false;
        }

        foreach (var card in cards)
        {
            _expired.Integer(1, shard).Text(2, card.Utf8).Run();
        }

        return true;
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
