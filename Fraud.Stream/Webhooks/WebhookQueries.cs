using Fraud.Model;
using Fraud.Stream.Database;
using Fraud.Stream.Storage;
using LinqToDB;

namespace Fraud.Stream.Webhooks;

/// <summary>Remembers which events of other systems were taken in, so that one that is sent again has no effect, and which was the newest.</summary>
/// <inheritdoc cref="FraudDatabase" path="/remarks"/>
public sealed class WebhookQueries(FraudDatabase database, TimeProvider time)
{
    public bool Knows(string eventId) => database.Ask(db => db.GetTable<WebhookEvent>().Any(known => known.Id == eventId));

    /// <summary>Remembers an event whose effect is stored elsewhere.</summary>
    public void Remember(string eventId) => CommitLabels(eventId, []);

    /// <summary>Stores the labels and remembers the event, in one transaction; stores none when it is known, or a newer one of its subject is.</summary>
    /// <param name="order">Null: it stands alone.</param>
    public WebhookCommit CommitLabels(string eventId, IReadOnlyList<Label> labels, WebhookOrder? order = null) =>
        TryCommit(eventId, labels, order, isAlone: false) ?? TryCommit(eventId, labels, order, isAlone: true)!;

    /// <summary>Null, with nothing written, when a label has to wait for its payment and the transaction was not alone.</summary>
    private WebhookCommit? TryCommit(string eventId, IReadOnlyList<Label> labels, WebhookOrder? order, bool isAlone)
    {
        var commit = new WebhookCommit(IsNewest: false, []);
        database.TryWrite(db =>
        {
            if (!TryAdd(db, eventId, Now))
            {
                return false;
            }

            if (order is not null && !TryAdvance(db, order))
            {
                return true;
            }

            if (order?.Mark is { } mark)
            {
                TryAdd(db, mark, Now);
            }

            IReadOnlyList<LabelChange>? changes = labels.Count == 0 ? [] : db.HandBound.Labels.TryWrite(labels, isAlone);
            commit = changes is null ? null : new WebhookCommit(IsNewest: true, changes);
            return commit is not null;
        });
        return commit;
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>False when it is there.</summary>
    private static bool TryAdd(FraudDb db, string id, long at) =>
        db.GetTable<WebhookEvent>().InsertOrUpdate(() => new WebhookEvent(id, at), onDuplicateKeyUpdateSetter: null) > 0;

    /// <summary>False when one that is as new or newer was taken in.</summary>
    private static bool TryAdvance(FraudDb db, WebhookOrder order)
    {
        // Once more where another node put the row there in between.
        return TryRaise(db, order) || TryAdd(db, order.Subject, order.At) || TryRaise(db, order);
    }

    private static bool TryRaise(FraudDb db, WebhookOrder order) => db.GetTable<WebhookEvent>()
        .Where(known => known.Id == order.Subject && known.ReceivedAtMs < order.At)
        .Set(known => known.ReceivedAtMs, order.At)
        .Update() > 0;
}

/// <summary>What became of an event's labels.</summary>
/// <param name="IsNewest">False: the event was known, or a newer one of its subject, and nothing was stored.</param>
public sealed record WebhookCommit(bool IsNewest, IReadOnlyList<LabelChange> Changes);
