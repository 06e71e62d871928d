using Fraud.Stream.Database;
using LinqToDB;

namespace Fraud.Stream.Audit;

/// <summary>The audit log's table: entries are added and read, never changed.</summary>
/// <inheritdoc cref="FraudDatabase" path="/remarks"/>
public sealed class AuditQueries(FraudDatabase database)
{
    public void Append(AuditEntry entry) => database.Write(db => db.Insert(entry));

    /// <summary>The newest entries with an id below the given one, newest first.</summary>
    public IReadOnlyList<AuditEntry> Read(long before, int limit) => database.Read(db =>
        db.GetTable<AuditEntry>().Where(entry => entry.Id < before).OrderByDescending(static entry => entry.Id).Take(limit).ToList());
}
