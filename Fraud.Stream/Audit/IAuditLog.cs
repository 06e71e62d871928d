using Fraud.Stream.Storage;

namespace Fraud.Stream.Audit;

/// <summary>Remembers who changed what.</summary>
/// <remarks>
/// The calls block for one small transaction and may come from any thread. Record a change after it was made and before
/// it is answered: a change whose entry could not be written is answered as failed, and its caller repeats it.
/// </remarks>
public interface IAuditLog
{
    /// <summary>Card numbers are masked and long texts cut.</summary>
    /// <param name="actor">Who: <c>Caller.Of(context).Name</c> for a request, "node NAME" for what a node does by itself.</param>
    /// <param name="action">What was done, in the past: "status changed".</param>
    /// <param name="subject">To what: an id.</param>
    /// <param name="detail">From what to what, for example.</param>
    /// <param name="outcome">"done", or why not.</param>
    /// <exception cref="StoreUnavailableException">The entry was not written.</exception>
    void Record(string actor, string action, string subject, string detail = "", string outcome = AuditEntry.Done);

    /// <summary>The newest entries with an id below the given one, newest first.</summary>
    IReadOnlyList<AuditEntry> Read(long before, int limit);
}
