using Fraud.Model;
using Fraud.Stream.Batching;
using Npgsql;
using NpgsqlTypes;

namespace Fraud.Stream.Storage;

/// <summary>Writes what a commit leaves in the outbox: alerts and dead letters, in the order of the batches.</summary>
internal sealed class PostgresOutbox : IDisposable
{
    private readonly string _topic;
    private readonly NpgsqlCommand _insert;
    private readonly List<int> _shards = [];
    private readonly List<short> _kinds = [];
    private readonly List<string> _sources = [];
    private readonly List<byte[]> _keys = [];
    private readonly List<byte[]> _values = [];
    private readonly List<string> _headers = [];

    public PostgresOutbox(NpgsqlConnection connection, string transactionsTopic)
    {
        _topic = transactionsTopic;
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

    /// <param name="repeated">Payments whose alerts were written when they were first stored.</param>
    public void Write(IReadOnlyList<MicroBatch> batches, HashSet<Payment> repeated)
    {
        Clear();
        foreach (var batch in batches)
        {
            foreach (var payment in batch.Payments)
            {
                if (payment.State is PaymentState.Undecodable)
                {
                    Add(payment.Shard, OutboxKind.DeadLetter, StoredJson.DeadLetterSource(payment, _topic), payment.DeadLetter!.Key,
                        payment.DeadLetter.Value, StoredJson.DeadLetterHeaders(payment, _topic));
                }
                else if (payment.State is PaymentState.Scored && payment.Decision is not Decision.Approve && !repeated.Contains(payment))
                {
                    var flagged = AlertContent.Of(payment);
                    Add(payment.Shard, OutboxKind.Alert, flagged.AlertId, flagged.CardId.Utf8.ToArray(), StoredJson.Alert(flagged), StoredJson.AlertHeaders(flagged));
                }
            }
        }

        Write();
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
