using Fraud.Model;
using Fraud.Stream.Cases;
using Fraud.Stream.Webhooks;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Storage;

/// <content>Flagged payments, and events of other systems.</content>
public sealed partial class PostgresStore
{
    public ICaseStore Cases => _cases;

    public IWebhookStore Webhooks => new WebhooksOf(this);

    private sealed class WebhooksOf(PostgresStore store) : IWebhookStore
    {
        public bool Knows(string eventId) => store._cases.Knows(eventId);

        public void Remember(string eventId) => CommitLabels(eventId, []);

        public IReadOnlyList<LabelChange> CommitLabels(string eventId, IReadOnlyList<Label> labels) => Guard(() =>
        {
            using var connection = store._source.OpenConnection();
            var page = new LabelPage("", -1, 0, labels)
            {
                Event = new WebhookEvent(eventId, store._time.GetUtcNow().ToUnixTimeMilliseconds()),
            };
            return PostgresLabels.Commit(connection, store._options.BusyTimeout, page);
        });
    }
}
