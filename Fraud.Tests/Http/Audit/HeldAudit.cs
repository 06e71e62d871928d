using System.Collections.Concurrent;
using Fraud.Stream.Audit;
using Fraud.Stream.Storage;

namespace Fraud.Tests.Http.Audit;

/// <summary>An audit log in memory whose store can be away.</summary>
internal sealed class HeldAudit : IAuditLog
{
    private volatile bool _isAway;

    public ConcurrentQueue<AuditEntry> Entries { get; } = new();

    public bool IsAway
    {
        get => _isAway;
        set => _isAway = value;
    }

    public void Record(string actor, string action, string subject, string detail = "", string outcome = AuditEntry.Done)
    {
        if (IsAway)
        {
            throw new StoreUnavailableException("It is away.", new IOException());
        }

        Entries.Enqueue(AuditEntry.New(DateTimeOffset.UnixEpoch, actor, action, subject, detail, outcome));
    }

    public IReadOnlyList<AuditEntry> Read(long before, int limit) => [.. Entries.Reverse().Take(limit)];
}
