using System.Runtime.InteropServices;
using SQLitePCL;

namespace Fraud.Stream.Storage.Copy;

/// <summary>A row of SQLite in PostgreSQL's binary form. What would change on the way is an error, so a digest of these bytes is one of the row.</summary>
internal static class CopiedRow
{
    /// <param name="row">With the table's columns, in their order.</param>
    /// <exception cref="StoreCopyException">SQLite keeps a value there that PostgreSQL's column cannot hold as it is.</exception>
    public static void Write(SqliteStatement row, CopiedTable table, PostgresCopyBuffer into)
    {
        into.Row((short)table.Columns.Count);
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (row.IsNull(i))
            {
                into.Null();
            }
            else if (!TryWrite(row, i, table.Columns[i].Type, into))
            {
                throw new StoreCopyException(
                    $"{table.From}.{table.Columns[i].Name}: expected a value that a column of type {table.Columns[i].Type} holds; the copy ends here");
            }
        }
    }

    private static bool TryWrite(SqliteStatement row, int column, CopiedType type, PostgresCopyBuffer into)
    {
        switch (type)
        {
            case CopiedType.Text when row.Type(column) == raw.SQLITE_TEXT:
            case CopiedType.Bytes when row.Type(column) == raw.SQLITE_BLOB:
                into.Bytes(row.Bytes(column));
                return true;
            case CopiedType.Uuid when row.Type(column) == raw.SQLITE_BLOB && row.Bytes(column) is { Length: 16 } bytes:
                into.Bytes(bytes);
                return true;
            case CopiedType.Reals when row.Type(column) == raw.SQLITE_BLOB && row.Bytes(column) is var bytes && bytes.Length % sizeof(float) == 0:
                // Both are little-endian here: the file's, and the machine's, for which it was written.
                into.Reals(MemoryMarshal.Cast<byte, float>(bytes));
                return true;
            case CopiedType.Real when row.Type(column) == raw.SQLITE_FLOAT && row.Real(column) is var value && (double)(float)value == value:
                into.Real((float)value);
                return true;
            default:
                return row.Type(column) == raw.SQLITE_INTEGER && TryWrite(row.Integer(column), type, into);
        }
    }

    private static bool TryWrite(long value, CopiedType type, PostgresCopyBuffer into)
    {
        switch (type)
        {
            case CopiedType.Long:
                into.Long(value);
                return true;
            case CopiedType.Integer when value is >= int.MinValue and <= int.MaxValue:
                into.Integer((int)value);
                return true;
            case CopiedType.Short when value is >= short.MinValue and <= short.MaxValue:
                into.Short((short)value);
                return true;
            case CopiedType.Boolean when value is 0 or 1:
                into.Bytes([(byte)value]);
                return true;
            default:
                return false;
        }
    }
}
