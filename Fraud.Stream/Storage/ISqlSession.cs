namespace Fraud.Stream.Storage;

/// <summary>A connection for SQL that both databases take, whose parameters are marked ?1, ?2 and so on.</summary>
internal interface ISqlSession
{
    /// <returns>Rows written.</returns>
    int Run(string sql, params object[] values);

    List<T> Query<T>(string sql, Func<ISqlRow, T> map, params object[] values);
}

/// <summary>A row that was read; columns from 0.</summary>
internal interface ISqlRow
{
    string Text(int column);

    long Integer(int column);

    byte[] Blob(int column);

    /// <summary>A column of whatever type: text, a long, bytes or null.</summary>
    object? Value(int column);
}
