using LinqToDB.Mapping;

namespace Fraud.Stream.Webhooks;

/// <summary>An event of another system that was taken in.</summary>
/// <param name="ReceivedAtMs">Milliseconds since 1970 UTC; of the subject of several events where the newest of them stands (<see cref="WebhookOrder.At"/>).</param>
[Table("webhook_events")]
internal sealed record WebhookEvent(
    [property: Column("event_id", CanBeNull = false), PrimaryKey] string Id,
    [property: Column("received_at")] long ReceivedAtMs);
