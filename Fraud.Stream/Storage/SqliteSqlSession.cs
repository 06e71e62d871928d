namespace Fraud.Stream.Storage;

/// <summary>SQL that both databases take, on a SQLite connection.</summary>
internal sealed class SqliteSqlSession(Func<string, SqliteStatement> prepare, Func<int> changes) : ISqlSession
{
    public int Run(string sql, params object[] values)
    {
        Bind(sql, values).Run();
        return changes();
    }

    public List<T> Query<T>(string sql, Func<ISqlRow, T> map, params object[] values)
    {
        var query = Bind(sql, values);
        try
        {
            var rows = new List<T>();
            while (query.Step())
            {
                rows.Add(map(query));
            }

            return rows;
        }
        finally
        {
            query.Reset();
        }
    }

    private SqliteStatement Bind(string sql, object[] values)
    {
        var statement = prepare(sql);
        for (var i = 0; i < values.Length; i++)
        {
            _ = values[i] switch
            {
                string text => statement.Text(i + 1, text),
                byte[] bytes => statement.Blob(i + 1, bytes),
                long number => statement.Integer(i + 1, number),
                var other => throw new ArgumentException($"{other.GetType().Name}: expected text, a long or bytes", nameof(values)),
            };
        }

        return statement;
    }
}
