using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Audit;

/// <summary>The audit log in the store; each entry is also a line of the process's log, for those who collect it there.</summary>
public sealed class AuditLog(AuditQueries entries, TimeProvider time, ILogger<AuditLog> log) : IAuditLog
{
    public void Record(string actor, string action, string subject, string detail = "", string outcome = AuditEntry.Done)
    {
        var entry = AuditEntry.New(time.GetUtcNow(), actor, action, subject, detail, outcome);
        entries.Append(entry);
        StreamLog.Audited(log, entry.Action, entry.Subject, entry.Actor, entry.Outcome, entry.Detail);
    }

    public IReadOnlyList<AuditEntry> Read(long before, int limit) => entries.Read(before, limit);
}
