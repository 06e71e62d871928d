using Fraud.Stream.Audit;
using Fraud.Stream.Storage;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>A database on one connection, seen as tables of text and bytes. Not thread-safe; blocks.</summary>
internal interface IScannedStore : IDisposable
{
    /// <summary>The table that refuses changes otherwise.</summary>
    const string AuditTable = "audit";

    ISqlSession Session { get; }

    /// <summary>All tables with a column of text or bytes.</summary>
    IReadOnlyList<StoreTable> Tables();

    /// <summary>Runs work on a table in one transaction, the audit log's too; an exception leaves nothing of it.</summary>
    void Change(string table, Action work);

    /// <summary>Runs work whose changes are one transaction; an exception leaves nothing of them.</summary>
    void Together(Action work);

    /// <summary>Runs a statement within <see cref="Change"/>.</summary>
    /// <returns>False, and nothing is written: a row has this key already.</returns>
    bool TryRun(string sql, params object[] values);

    /// <summary>Brings the tables of an earlier version to this one.</summary>
    void Upgrade();

    /// <summary>Gives up the pages and rows of before, which still hold what was replaced.</summary>
    /// <param name="changed">Tables to look after, where the database does so by table; null for all.</param>
    void Compact(IReadOnlySet<string>? changed = null);

    /// <summary>Adds an entry to the audit log.</summary>
    void Append(AuditEntry entry) => Session.Run(
        "INSERT INTO audit (at, actor, action, subject, outcome, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        entry.AtMs, entry.Actor, entry.Action, entry.Subject, entry.Outcome, entry.Detail);
}
