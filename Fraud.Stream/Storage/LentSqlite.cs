using System.Data;
using SQLitePCL;

namespace Fraud.Stream.Storage;

/// <summary>A connection that hand-bound statements use, for ADO.NET: both write in the same transaction, and share its cache.</summary>
/// <remarks>It opens, closes and begins nothing: the lender of the handle does.</remarks>
internal sealed class LentSqlite : Microsoft.Data.Sqlite.SqliteConnection
{
    private readonly sqlite3 _handle;
    private readonly bool _isLent;

    public LentSqlite(sqlite3 handle)
    {
        _handle = handle;
        // The handle itself waits, as long as Storage:BusyTimeout says. Behind it commands would try again for as many seconds as this,
        // and the shortest that is not for ever is one.
        DefaultTimeout = 1;
        // From here on: the base class sets its connection string, which an open one refuses.
        _isLent = true;
    }

    public override sqlite3 Handle => _handle;

    public override ConnectionState State => _isLent ? ConnectionState.Open : ConnectionState.Closed;

    public override void Open()
    {
    }

    public override void Close()
    {
    }
}
