using Fraud.Stream.Batching;
using Fraud.Stream.Overload;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Storage;

namespace Fraud.Stream.FanOut;

/// <summary>Writes a group in one transaction (group commit).</summary>
/// <remarks>
/// Blocks, one group at a time: it has a thread of store-dispatcher. Markers say where it stands in each shard, so that nothing is looked
/// up at commit (rules 2, 3 and 7 of docs/decisions/0011). A store that is away is waited for, as long as it takes: the queues behind
/// fill, the partitions pause, the front door sheds. Nothing is dropped but what belongs to a shard that another node has claimed: that
/// node reads it again, and callers are told to come back.
/// </remarks>
public sealed class PersistenceFlow(GroupWriter writer, TerminalFeed terminals, PersistenceOptions options, int groupSize, TimeProvider time)
{
    // Who waited so lately that another will soon.
    private static readonly TimeSpan Beside = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, OpenShard> _open = [];
    private readonly CommitCursors _cursors = new();
    private readonly List<MicroBatch> _waiting = [];
    private readonly GroupBound _besideHttp = new(options.MaxGroupBesideHttp, options.MaxGroupSize > 0 ? options.MaxGroupSize : groupSize);
    private long _httpAt;

    /// <summary>Most payments of one transaction.</summary>
    public int MaxGroup { get; } = options.MaxGroupSize > 0 ? options.MaxGroupSize : groupSize;

    /// <summary>
    /// What a group adds to a transaction, in payments. One from Kafka weighs more while others come over HTTP, which wait for
    /// the transaction to end.
    /// </summary>
    /// <remarks>Called by the stage in front, which makes the groups.</remarks>
    public long WeightOf(BatchGroup group)
    {
        long weight = 0;
        foreach (var batch in group.Batches)
        {
            if (batch.IsAlone)
            {
                return MaxGroup;
            }

            if (!batch.IsFromKafka)
            {
                _httpAt = batch.Count > 0 ? time.GetTimestamp() : _httpAt;
                weight += batch.Count;
                continue;
            }

            var most = _besideHttp.Current;
            var isBeside = _httpAt != 0 && most < MaxGroup && time.GetElapsedTime(_httpAt) < Beside;
            weight += isBeside ? (long)batch.Count * MaxGroup / most : batch.Count;
        }

        return weight;
    }

    public BatchGroup Apply(BatchGroup group)
    {
        foreach (var batch in group.Batches)
        {
            if (batch.Marker is not { } marker)
            {
                _waiting.Add(batch);
                continue;
            }

            // What is behind a marker is of another page: the states that it carries contain no part of it.
            Write(group);
            Take(marker);
        }

        Write(group);
        return group;
    }

    private void Take(ShardMarker marker)
    {
        var shard = marker.Shard;
        if (marker.Kind == MarkerKind.Open)
        {
            _open[shard.Shard] = shard;
            _cursors.Open(shard.Begin);
        }
        else if (_open.GetValueOrDefault(shard.Shard) == shard)
        {
            var sequence = _cursors.Find(shard.Shard)!.Value.Sequence;
            if (marker.Kind == MarkerKind.HandOver)
            {
                Close(shard.Shard);
            }

            marker.Stored(sequence);
        }
    }

    private void Close(int shard)
    {
        _open.Remove(shard);
        _cursors.Close(shard);
    }

    private void Write(BatchGroup group)
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        DropOld();
        var commits = _cursors.Next(_waiting);
        if (commits.Count > 0)
        {
            var started = time.GetTimestamp();
            var (done, times) = writer.Write(_waiting, commits, shard => _open[shard]);
            _besideHttp.Took(_waiting.Sum(static batch => batch.Count), time.GetElapsedTime(started));
            group.Commit = times;
            terminals.Stored(_waiting, done);
            _cursors.Move(done);
            if (done.Count < commits.Count)
            {
                foreach (var lost in commits.Except(done))
                {
                    Close(lost.Shard);
                }
            }

            Retract();
        }

        _waiting.Clear();
    }

    /// <summary>Marks what entered under another claim than the one under which this node commits (rule 3).</summary>
    /// <remarks>Of a batch from Kafka all of it is: it has one claim, and a shard that was dropped stays so.</remarks>
    private void DropOld()
    {
        foreach (var batch in _waiting)
        {
            foreach (var payment in batch.Payments)
            {
                if (payment.State != PaymentState.Expired
                    && (_open.GetValueOrDefault(payment.Shard) is not { IsDropped: false } open || open.Generation != payment.Generation))
                {
                    payment.State = PaymentState.Fenced;
                }
            }
        }
    }

    /// <summary>Takes back what was counted and had been stored for so long that the recent ids had forgotten it.</summary>
    private void Retract()
    {
        foreach (var batch in _waiting)
        {
            foreach (var payment in batch.Payments)
            {
                if (payment is { State: PaymentState.Duplicate, IsCounted: true })
                {
                    _open.GetValueOrDefault(payment.Shard)?.Retract(payment.Transaction);
                }
            }
        }
    }
}
