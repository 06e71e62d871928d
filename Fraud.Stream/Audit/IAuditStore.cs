using Fraud.Stream.Storage;

namespace Fraud.Stream.Audit;

/// <summary>The audit log's table: entries are added and read, never changed.</summary>
/// <remarks>The calls block, may come from any thread, and throw <see cref="StoreUnavailableException"/> when they may succeed later.</remarks>
public interface IAuditStore
{
    void AppendAudit(AuditEntry entry);

    /// <summary>The newest entries with an id below the given one, newest first.</summary>
    IReadOnlyList<AuditEntry> ReadAudit(long before, int limit);
}
