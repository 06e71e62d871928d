using Fraud.Model;

namespace Fraud.Stream.Storage;

/// <summary>Events of other systems, each once, with the labels they bring; on the writing connection.</summary>
internal sealed class SqliteWebhookWriter(SqliteConnection connection, SqliteLabels labels)
{
    private readonly SqliteStatement _remember = connection.Prepare(
        "INSERT INTO webhook_events (event_id, received_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING");

    public List<LabelChange> Commit(string eventId, IReadOnlyList<Label> brought, long nowMs)
    {
        var changes = new List<LabelChange>();
        connection.InTransaction(() =>
        {
            _remember.Text(1, eventId).Integer(2, nowMs).Run();
            if (connection.Changes == 0)
            {
                return;
            }

            foreach (var label in brought)
            {
                labels.Write(label, changes);
            }
        });
        return changes;
    }
}
