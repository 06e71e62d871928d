using System.Text;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Stream.CardNumbers.Scan;

/// <summary>All that a store holds, as text in which bytes are letters.</summary>
internal static class StoreDump
{
    /// <summary>The bytes of all files.</summary>
    public static string Of(TempFolder folder) =>
        string.Concat(Directory.GetFiles(folder.Path).Select(static file => Encoding.Latin1.GetString(File.ReadAllBytes(file))));

    /// <summary>All rows of a database, and its statistics, which hold samples of columns.</summary>
    public static string Of(string connectionString)
    {
        var text = new StringBuilder();
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        var names = new List<string>();
        using (var list = new NpgsqlCommand("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'", connection))
        using (var rows = list.ExecuteReader())
        {
            while (rows.Read())
            {
                names.Add(rows.GetString(0));
            }
        }

        foreach (var name in names)
        {
            using var all = new NpgsqlCommand($"SELECT t::text AS row, t.* FROM {name} AS t", connection);
            using var rows = all.ExecuteReader();
            while (rows.Read())
            {
                text.AppendLine(rows.GetString(0));
                for (var i = 1; i < rows.FieldCount; i++)
                {
                    text.AppendLine(rows.GetDataTypeName(i) == "bytea" && !rows.IsDBNull(i) ? Encoding.Latin1.GetString(rows.GetFieldValue<byte[]>(i)) : "");
                }
            }
        }

        using var samples = new NpgsqlCommand("SELECT t::text FROM pg_stats AS t WHERE schemaname = 'public'", connection);
        using var sampled = samples.ExecuteReader();
        while (sampled.Read())
        {
            text.AppendLine(sampled.GetString(0));
        }

        return text.ToString();
    }
}
