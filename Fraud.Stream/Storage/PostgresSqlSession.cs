using System.Globalization;
using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>SQL that both databases take, on a PostgreSQL connection.</summary>
internal sealed class PostgresSqlSession(NpgsqlConnection connection) : ISqlSession
{
    public int Run(string sql, params object[] values) => connection.Execute(Marked(sql), values);

    public List<T> Query<T>(string sql, Func<ISqlRow, T> map, params object[] values) =>
        connection.Query(Marked(sql), row => map(new Row(row)), values);

    private static string Marked(string sql) => sql.Replace('?', '$');

    private sealed class Row(NpgsqlDataReader row) : ISqlRow
    {
        public string Text(int column) => row.GetString(column);

        public long Integer(int column) => row.GetInt64(column);

        public byte[] Blob(int column) => row.GetFieldValue<byte[]>(column);

        public object? Value(int column) => row.GetValue(column) switch
        {
            DBNull => null,
            int or short or bool => Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture),
            var value => value,
        };
    }
}
