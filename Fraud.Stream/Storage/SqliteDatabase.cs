using Fraud.Stream.Database;
using Microsoft.Data.Sqlite;

namespace Fraud.Stream.Storage;

/// <summary>The rows' file for queries that are written once for both databases: the same connections as those of the hand-bound statements.</summary>
internal sealed class SqliteDatabase(Func<SqliteFile> file, Func<SqliteWriter> writer, SqliteQuestions questions) : FraudDatabase
{
    internal override T Ask<T>(Func<FraudDb, T> question) => questions.Ask(db => Guard(() => question(db)));

    internal override T Read<T>(Func<FraudDb, T> work)
    {
        using var reader = file().Rent();
        return Guard(() => work(reader.Db));
    }

    /// <remarks>The file has one writer: all exclude each other.</remarks>
    internal override bool TryWrite(Func<FraudDb, bool> work, Exclusion? exclusion = null)
    {
        lock (file().Writing)
        {
            return writer().TryInTransaction(db => Guard(() => work(db)));
        }
    }

    private static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException error) when (SqliteConnection.MayPass(error.SqliteErrorCode))
        {
            throw new StoreUnavailableException(SqliteConnection.Unavailable, error);
        }
    }
}
