using Fraud.Model;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Webhooks;

/// <summary>Remembers which events of other systems were taken in, so that one that is sent again has no effect.</summary>
/// <remarks>The calls block, may come from any thread, and throw <see cref="StoreUnavailableException"/>.</remarks>
public interface IWebhookStore
{
    bool Knows(string eventId);

    /// <summary>Remembers an event whose effect is stored elsewhere.</summary>
    void Remember(string eventId);

    /// <summary>Stores the labels and remembers the event, in one transaction; does nothing when it is known.</summary>
    IReadOnlyList<LabelChange> CommitLabels(string eventId, IReadOnlyList<Label> labels);
}
