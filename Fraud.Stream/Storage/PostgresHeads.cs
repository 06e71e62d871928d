using Fraud.Stream.Shards;
using Npgsql;
using NpgsqlTypes;

namespace Fraud.Stream.Storage;

/// <summary>Compares and sets the heads of shards within a commit, on the writing connection. One caller at a time.</summary>
internal sealed class PostgresHeads(NpgsqlConnection connection) : IDisposable
{
    private const string CompareAndSet =
        "UPDATE shards SET sequence = $3, commit_id = $4 WHERE shard = $1 AND generation = $2 AND sequence = $3 - 1";

    // By the number of heads. A statement each, because one statement for all locks them in an order that the planner chooses.
    private readonly Dictionary<int, NpgsqlBatch> _batches = [];

    /// <summary>
    /// One round trip. Before the heads comes the lock that commits share against labels that begin to wait for a payment.
    /// </summary>
    /// <param name="commits">In order of shard.</param>
    /// <returns>Shards whose head was not as expected.</returns>
    public List<int> Take(List<ShardCommit> commits)
    {
        if (!_batches.TryGetValue(commits.Count, out var batch))
        {
            batch = _batches[commits.Count] = Prepare(commits.Count);
        }

        var i = 0;
        foreach (var commit in commits)
        {
            var parameters = batch.BatchCommands[++i].Parameters;
            parameters[0].Value = commit.Shard;
            parameters[1].Value = commit.Generation;
            parameters[2].Value = commit.Sequence;
            parameters[3].Value = commit.CommitId;
        }

        batch.ExecuteNonQuery();
        var missing = new List<int>();
        i = 0;
        foreach (var commit in commits)
        {
            if (batch.BatchCommands[++i].RecordsAffected == 0)
            {
                missing.Add(commit.Shard);
            }
        }

        return missing;
    }

    public void Dispose()
    {
        foreach (var batch in _batches.Values)
        {
            batch.Dispose();
        }
    }

    private NpgsqlBatch Prepare(int heads)
    {
        var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new NpgsqlBatchCommand($"SELECT pg_advisory_xact_lock_shared({PostgresSession.WaitingLabelsLock})") },
        };
        for (var i = 0; i < heads; i++)
        {
            var command = new NpgsqlBatchCommand(CompareAndSet);
            foreach (var type in (ReadOnlySpan<NpgsqlDbType>)[NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Uuid])
            {
                command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type });
            }

            batch.BatchCommands.Add(command);
        }

        batch.Prepare();
        return batch;
    }
}
