using Fraud.Model;
using Fraud.Stream.Webhooks;

namespace Fraud.Stream.Storage;

/// <summary>Events of other systems, each once, with the labels they bring; on the writing connection.</summary>
internal sealed class SqliteWebhookWriter(SqliteConnection connection, SqliteLabels labels)
{
    private readonly SqliteStatement _remember = connection.Prepare(
        "INSERT INTO webhook_events (event_id, received_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING");

    // A few at a time: what is added is a row, so it never lags.
    private readonly SqliteStatement _forget = connection.Prepare(
        "DELETE FROM webhook_events WHERE event_id IN (SELECT event_id FROM webhook_events WHERE received_at < ?1 LIMIT 4)");

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

            _forget.Integer(1, nowMs - (long)IWebhookStore.Kept.TotalMilliseconds).Run();
        });
        return changes;
    }
}
