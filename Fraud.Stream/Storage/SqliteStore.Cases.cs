using Fraud.Model;
using Fraud.Stream.Cases;
using Fraud.Stream.Webhooks;

namespace Fraud.Stream.Storage;

/// <content>Flagged payments, and events of other systems.</content>
public sealed partial class SqliteStore
{
    public ICaseStore Cases => new SqliteCases(_questions, update =>
    {
        lock (RowsFile.Writing)
        {
            return Writer.Cases.Change(update, NowMs);
        }
    });

    public IWebhookStore Webhooks => new WebhooksOf(this);

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class WebhooksOf(SqliteStore store) : IWebhookStore
    {
        public bool Knows(string eventId) =>
            store._questions.Read("SELECT 1 FROM webhook_events WHERE event_id = ?1", [eventId], static row => row.Integer(0)).Count > 0;

        public void Remember(string eventId) => CommitLabels(eventId, []);

        public IReadOnlyList<LabelChange> CommitLabels(string eventId, IReadOnlyList<Label> labels)
        {
            lock (store.RowsFile.Writing)
            {
                return store.Writer.Webhooks.Commit(eventId, labels, store.NowMs);
            }
        }
    }
}
