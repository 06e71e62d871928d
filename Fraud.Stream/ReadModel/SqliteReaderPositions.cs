using Fraud.Stream.Storage;

namespace Fraud.Stream.ReadModel;

/// <summary><see cref="IReaderPositions"/> in SQLite.</summary>
internal sealed class SqliteReaderPositions(SqliteFile file) : IReaderPositions
{
    /// <summary>Reader, shard, generation.</summary>
    public const string TakeSql = """
        INSERT INTO reader_positions (reader, shard, position, generation) VALUES (?1, ?2, 0, ?3)
        ON CONFLICT (reader, shard) DO UPDATE SET generation = excluded.generation WHERE generation <= excluded.generation
        """;

    /// <summary>Reader, shard, generation.</summary>
    public const string PositionSql = "SELECT position FROM reader_positions WHERE reader = ?1 AND shard = ?2 AND generation = ?3";

    public long? Take(string reader, int shard, long generation)
    {
        lock (file.Writing)
        {
            long? position = null;
            file.Writer.InTransaction(() =>
            {
                file.Writer.PrepareOnce(TakeSql).Text(1, reader).Integer(2, shard).Integer(3, generation).Run();
                var query = file.Writer.PrepareOnce(PositionSql).Text(1, reader).Integer(2, shard).Integer(3, generation);
                position = query.Step() ? query.Integer(0) : null;
                query.Reset();
            });
            return position;
        }
    }

    public IReadOnlyList<int> Raise(string reader, IReadOnlyList<ReaderPosition> positions)
    {
        List<int> lost = [];
        lock (file.Writing)
        {
            // What a power cut takes back is only done once more.
            file.WithoutFlush(() => file.Writer.InTransaction(() =>
            {
                foreach (var (shard, generation, position) in positions)
                {
                    file.Writer.PrepareOnce(
                        "UPDATE reader_positions SET position = max(position, ?4) WHERE reader = ?1 AND shard = ?2 AND generation = ?3")
                        .Text(1, reader).Integer(2, shard).Integer(3, generation).Integer(4, position).Run();
                    if (file.Writer.Changes == 0)
                    {
                        lost.Add(shard);
                    }
                }
            }));
        }

        return lost;
    }

    public IReadOnlyDictionary<int, long> Read(string reader) => file.Read(
            "SELECT shard, position FROM reader_positions WHERE reader = ?1",
            query => query.Text(1, reader),
            static row => KeyValuePair.Create((int)row.Integer(0), row.Integer(1)))
        .ToDictionary();
}
