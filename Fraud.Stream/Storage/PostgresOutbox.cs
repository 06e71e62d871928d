using Npgsql;
using NpgsqlTypes;

namespace Fraud.Stream.Storage;

/// <summary>Writes what rows leave in the outbox: alerts and dead letters, in the order of the pages.</summary>
internal sealed class PostgresOutbox : IDisposable
{
    private readonly NpgsqlCommand _insert;
    private readonly List<int> _shards = [];
    private readonly List<short> _kinds = [];
    private readonly List<string> _sources = [];
    private readonly List<byte[]> _keys = [];
    private readonly List<byte[]> _values = [];
    private readonly List<string> _headers = [];

    public PostgresOutbox(NpgsqlConnection connection)
    {
        _insert = new NpgsqlCommand(
            """
            INSERT INTO outbox (shard, kind, source, key, value, headers)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6) ON CONFLICT (source) DO NOTHING
            """,
            connection);
        foreach (var type in (ReadOnlySpan<NpgsqlDbType>)
            [NpgsqlDbType.Integer, NpgsqlDbType.Smallint, NpgsqlDbType.Text, NpgsqlDbType.Bytea, NpgsqlDbType.Bytea, NpgsqlDbType.Text])
        {
            _insert.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type });
        }

        _insert.Prepare();
    }

    /// <summary>Writes what was added since <see cref="Clear"/>, one statement.</summary>
    public void Write()
    {
        if (_shards.Count == 0)
        {
            return;
        }

        _insert.Parameters[0].Value = _shards;
        _insert.Parameters[1].Value = _kinds;
        _insert.Parameters[2].Value = _sources;
        _insert.Parameters[3].Value = _keys;
        _insert.Parameters[4].Value = _values;
        _insert.Parameters[5].Value = _headers;
        _insert.ExecuteNonQuery();
    }

    public void Dispose() => _insert.Dispose();

    public void Add(int shard, OutboxKind kind, string source, byte[] key, byte[] value, string headers)
    {
        _shards.Add(shard);
        _kinds.Add((short)kind);
        _sources.Add(source);
        _keys.Add(key);
        _values.Add(value);
        _headers.Add(headers);
    }

    public void Clear()
    {
        _shards.Clear();
        _kinds.Clear();
        _sources.Clear();
        _keys.Clear();
        _values.Clear();
        _headers.Clear();
    }
}
