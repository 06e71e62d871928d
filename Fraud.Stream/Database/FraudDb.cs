using System.Buffers.Binary;
using System.Data.Common;
using LinqToDB;
using LinqToDB.Data;
using LinqToDB.DataProvider;
using LinqToDB.DataProvider.PostgreSQL;
using LinqToDB.DataProvider.SQLite;
using LinqToDB.Mapping;

namespace Fraud.Stream.Database;

/// <summary>An open connection for queries that are written once for both databases. One thread at a time.</summary>
/// <remarks>
/// A table is a record with the attributes of linq2db, beside the queries that use it. The lender of the connection owns it, begins and
/// ends its transactions, and translates its errors (<see cref="FraudDatabase"/>).
/// </remarks>
internal sealed class FraudDb(DbConnection connection, IDataProvider provider, HandBound? handBound = null)
    : DataConnection(new DataOptions().UseConnection(provider, connection, disposeConnection: false).UseMappingSchema(Schema))
{
    // One object: queries are compiled once for each.
    private static readonly MappingSchema Schema = Mapped();

    /// <summary>SQLite by Microsoft.Data.Sqlite.</summary>
    public static IDataProvider Sqlite { get; } = SQLiteTools.GetDataProvider(SQLiteProvider.Microsoft);

    /// <summary>PostgreSQL by Npgsql; later servers take the statements of this version too.</summary>
    public static IDataProvider Postgres { get; } = PostgreSQLTools.GetDataProvider(PostgreSQLVersion.v15);

    /// <summary>Writes in the transaction of this connection.</summary>
    public HandBound HandBound => handBound ?? throw new InvalidOperationException("This connection only reads.");

    /// <summary>SQLite keeps arrays of numbers as their bytes; PostgreSQL has a type for them.</summary>
    private static MappingSchema Mapped()
    {
        var schema = new MappingSchema("fraud");
        schema.SetConvertExpression<byte[], float[]>(static bytes => Floats(bytes));
        return schema;
    }

    private static float[] Floats(byte[] bytes)
    {
        var numbers = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        }

        return numbers;
    }
}
