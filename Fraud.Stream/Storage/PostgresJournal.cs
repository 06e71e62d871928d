using System.Globalization;
using Fraud.Stream.Shards;
using Npgsql;
using NpgsqlTypes;

namespace Fraud.Stream.Storage;

/// <summary>
/// The connection that commits pages: one statement, which the server has whole before it locks a head, so one round trip (rule 5 of
/// docs/decisions/0011). One caller at a time; after a failure it is thrown away.
/// </summary>
internal sealed class PostgresJournal : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _commit;

    public PostgresJournal(NpgsqlConnection connection, TimeSpan lockTimeout)
    {
        _connection = connection;
        connection.Execute(PostgresSession.Limits("SESSION", lockTimeout));
        _commit = new NpgsqlCommand("SELECT commit_pages($1, $2, $3, $4, $5, $6, $7)", connection);
        foreach (var type in (ReadOnlySpan<NpgsqlDbType>)
            [NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Uuid, NpgsqlDbType.Bigint, NpgsqlDbType.Bytea])
        {
            _commit.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type });
        }

        _commit.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint });
        _commit.Prepare();
    }

    /// <returns>Shards whose head was not as expected; none, and all was written. The connection can be used again.</returns>
    public IReadOnlyList<int> Commit(IReadOnlyList<ShardPage> pages, long nowMs)
    {
        _commit.Parameters[0].Value = pages.Select(static page => page.Commit.Shard).ToArray();
        _commit.Parameters[1].Value = pages.Select(static page => page.Commit.Generation).ToArray();
        _commit.Parameters[2].Value = pages.Select(static page => page.Commit.Sequence).ToArray();
        _commit.Parameters[3].Value = pages.Select(static page => page.Commit.CommitId).ToArray();
        _commit.Parameters[4].Value = pages.Select(static page => page.Commit.NextOffset).ToArray();
        _commit.Parameters[5].Value = pages.Select(static page => page.Bytes).ToArray();
        _commit.Parameters[6].Value = nowMs;
        try
        {
            _commit.ExecuteNonQuery();
            return [];
        }
        catch (PostgresException error) when (error.SqlState == PostgresSchema.HeadsMissing)
        {
            return [.. error.MessageText.Split(',').Select(static shard => int.Parse(shard, CultureInfo.InvariantCulture))];
        }
    }

    public void Dispose()
    {
        _commit.Dispose();
        _connection.Dispose();
    }
}
