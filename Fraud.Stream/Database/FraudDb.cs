using System.Data.Common;
using LinqToDB;
using LinqToDB.Data;
using LinqToDB.DataProvider;
using LinqToDB.DataProvider.PostgreSQL;
using LinqToDB.DataProvider.SQLite;

namespace Fraud.Stream.Database;

/// <summary>An open connection for queries that are written once for both databases. One thread at a time.</summary>
/// <remarks>
/// A table is a record with the attributes of linq2db, beside the queries that use it. Whoever lends the connection owns it, begins and
/// ends its transactions, and translates its errors (<see cref="FraudDatabase"/>).
/// </remarks>
internal sealed class FraudDb(DbConnection connection, IDataProvider provider, ILabelWriter? labels = null)
    : DataConnection(new DataOptions().UseConnection(provider, connection, disposeConnection: false))
{
    /// <summary>SQLite by Microsoft.Data.Sqlite.</summary>
    public static IDataProvider Sqlite { get; } = SQLiteTools.GetDataProvider(SQLiteProvider.Microsoft);

    /// <summary>PostgreSQL by Npgsql; later servers take the statements of this version too.</summary>
    public static IDataProvider Postgres { get; } = PostgreSQLTools.GetDataProvider(PostgreSQLVersion.v15);

    /// <summary>Labels, in the transaction of this connection.</summary>
    public ILabelWriter Labels => labels ?? throw new InvalidOperationException("This connection only reads.");
}
