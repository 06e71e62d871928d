using Fraud.Stream.Batching;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Shards;

/// <summary>
/// Where the commits of a process stand, a cursor for each shard that it claimed: makes what <see cref="IFraudStore.Commit"/> wants, from
/// memory alone. One caller at a time.
/// </summary>
public sealed class CommitCursors
{
    private readonly Dictionary<int, CommitCursor> _cursors = [];

    // Of the group in hand: the offset behind its last record, by shard.
    private readonly Dictionary<int, long?> _offsets = [];

    public void Open(CommitCursor begin) => _cursors[begin.Shard] = begin;

    public void Close(int shard) => _cursors.Remove(shard);

    /// <summary>Null when the shard is not open.</summary>
    public CommitCursor? Find(int shard) => _cursors.TryGetValue(shard, out var cursor) ? cursor : null;

    /// <summary>
    /// The commit of the next page of each shard that has something to write, in order of shard. Of a batch from Kafka the offset behind
    /// it moves, unless one of its payments is fenced: the next owner has to read it again.
    /// </summary>
    /// <exception cref="InvalidOperationException">A payment is of a shard that is not open.</exception>
    public IReadOnlyList<ShardCommit> Next(IReadOnlyList<MicroBatch> batches)
    {
        _offsets.Clear();
        foreach (var batch in batches)
        {
            var isWhole = true;
            var last = -1;
            foreach (var payment in batch.Payments)
            {
                if (payment.State == PaymentState.Fenced)
                {
                    isWhole = false;
                }
                else if (payment.State != PaymentState.Expired && payment.Shard != last)
                {
                    last = payment.Shard;
                    _offsets.TryAdd(last, null);
                }
            }

            if (isWhole && batch.IsFromKafka && batch.Count > 0)
            {
                _offsets[batch.KafkaPartition] = batch.Payments[^1].KafkaOffset + 1;
            }
        }

        var commits = new ShardCommit[_offsets.Count];
        var count = 0;
        foreach (var (shard, offset) in _offsets)
        {
            commits[count++] = Cursor(shard).Next(offset, Guid.NewGuid());
        }

        Array.Sort(commits, static (one, other) => one.Shard.CompareTo(other.Shard));
        return commits;
    }

    /// <summary>These were carried out.</summary>
    public void Move(IReadOnlyList<ShardCommit> done)
    {
        foreach (var commit in done)
        {
            _cursors[commit.Shard] = Cursor(commit.Shard).After(commit);
        }
    }

    private CommitCursor Cursor(int shard) =>
        Find(shard) ?? throw new InvalidOperationException($"Shard {shard} is not open: nothing of it can be committed.");
}
