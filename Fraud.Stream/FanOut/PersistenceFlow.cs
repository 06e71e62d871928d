using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
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
public sealed class PersistenceFlow(
    GroupWriter writer, GroupPages pages, TerminalFeed terminals, PersistenceOptions options, int groupSize, TimeProvider time)
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
            Take(marker, group);
        }

        Write(group);
        return group;
    }

    private void Take(ShardMarker marker, BatchGroup group)
    {
        var shard = marker.Shard;
        if (marker.Kind == MarkerKind.Open)
        {
            _open[shard.Shard] = shard;
            _cursors.Open(shard.Begin);
        }
        else if (_open.GetValueOrDefault(shard.Shard) == shard)
        {
            if (marker.Kind == MarkerKind.TakeBack && !TakeBack(marker, group))
            {
                return;
            }

            var sequence = _cursors.Find(shard.Shard)!.Value.Sequence;
            if (marker.Kind == MarkerKind.HandOver)
            {
                Close(shard.Shard);
            }

            marker.Stored(sequence);
        }
    }

    /// <summary>Repeats that histories have counted are taken back in a page of their own (rule 15 of docs/decisions/0011).</summary>
    private bool TakeBack(ShardMarker marker, BatchGroup group)
    {
        var shard = marker.Shard;
        if (shard.IsDropped)
        {
            return false;
        }

        var page = pages.Of(_cursors.Find(shard.Shard)!.Value.Next(null, Guid.NewGuid()), marker.Retractions);
        var (done, _) = writer.Write([], [page], _ => shard);
        if (done.Count == 0)
        {
            Close(shard.Shard);
            return false;
        }

        terminals.Stored(new JournalPage(shard.Shard, page.Commit.Sequence, page.Bytes.ToArray()));
        _cursors.Move(done);
        group.Pages.Add(page);
        return true;
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
            var made = pages.Of(_waiting, commits, Place);
            FindFirsts();
            var (done, times) = writer.Write(_waiting, made, shard => _open[shard]);
            _besideHttp.Took(_waiting.Sum(static batch => batch.Count), time.GetElapsedTime(started));
            group.Commit = times;
            terminals.Stored(_waiting, done);
            _cursors.Move(done);
            foreach (var page in made)
            {
                if (done.Count == made.Count || done.Contains(page.Commit))
                {
                    group.Pages.Add(page);
                }
                else
                {
                    Close(page.Commit.Shard);
                }
            }
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

    private void Place(Payment payment, JournalPlace place) => _open[payment.Shard].Cards.Place(payment.Transaction.Id, place.Packed);

    /// <summary>
    /// Where the firsts of repeats are. They came before them, so their places are known, though perhaps only by this group.
    /// </summary>
    private void FindFirsts()
    {
        foreach (var batch in _waiting)
        {
            if (!batch.HasRepeats)
            {
                continue;
            }

            foreach (var payment in batch.Payments)
            {
                if (payment.IsUnansweredRepeat)
                {
                    payment.FirstPlace = _open[payment.Shard].Cards.PlaceOf(payment.Transaction.Id) ?? 0;
                }
            }
        }
    }
}
