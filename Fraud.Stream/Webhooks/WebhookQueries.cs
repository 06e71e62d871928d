using Fraud.Model;
using Fraud.Stream.Database;
using Fraud.Stream.Storage;
using LinqToDB;

namespace Fraud.Stream.Webhooks;

/// <summary>Remembers which events of other systems were taken in, so that one that is sent again has no effect.</summary>
/// <inheritdoc cref="FraudDatabase" path="/remarks"/>
public sealed class WebhookQueries(FraudDatabase database, TimeProvider time)
{
    public bool Knows(string eventId) => database.Ask(db => db.GetTable<WebhookEvent>().Any(known => known.Id == eventId));

    /// <summary>Remembers an event whose effect is stored elsewhere.</summary>
    public void Remember(string eventId) => CommitLabels(eventId, []);

    /// <summary>Stores the labels and remembers the event, in one transaction; does nothing when it is known.</summary>
    public IReadOnlyList<LabelChange> CommitLabels(string eventId, IReadOnlyList<Label> labels) =>
        TryCommit(eventId, labels, isAlone: false) ?? TryCommit(eventId, labels, isAlone: true)!;

    /// <summary>Null, with nothing written, when a label has to wait for its payment and the transaction was not alone.</summary>
    private List<LabelChange>? TryCommit(string eventId, IReadOnlyList<Label> labels, bool isAlone)
    {
        List<LabelChange>? changes = [];
        database.TryWrite(db =>
        {
            if (!TryRemember(db, eventId))
            {
                return false;
            }

            changes = labels.Count == 0 ? [] : db.HandBound.Labels.TryWrite(labels, isAlone);
            return changes is not null;
        });
        return changes;
    }

    /// <summary>False when it was taken in before.</summary>
    private bool TryRemember(FraudDb db, string eventId)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return db.GetTable<WebhookEvent>().InsertOrUpdate(() => new WebhookEvent(eventId, now), onDuplicateKeyUpdateSetter: null) > 0;
    }
}
