using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>Stands for the ShardActor: carries inputs into the product's <see cref="ShardOwnership"/> and its effects out.</summary>
internal sealed class SimShard(SimNode node, int number)
{
    private readonly SimWorld _world = node.World;
    private LaneShard? _recovered;
    private bool _isAssigned;
    private long _assignedGeneration;

    // Raised by each assignment, so that what an older one still has to do is told apart.
    private int _assignment;
    private bool _isFetching;
    private long _nextFetch;
    private TimeSpan? _fencedAt;

    public int Number => number;

    public ShardOwnership Ownership { get; private set; } = ShardOwnership.New(number, node.World.Model.Times);

    public void Tell(ShardInput input)
    {
        if (input is ShardInput.Fenced fenced)
        {
            _world.Note(TraceKind.Fenced, node.Index, number, fenced.Generation);
            // Of an older generation it is news of the shard's life before: a commit that was under way when the shard left.
            _fencedAt ??= Ownership.TakesPayments && fenced.Generation == Ownership.Claimed.Generation ? _world.Now : null;
            _world.Checker.Dropped(number, fenced.Generation);
        }

        var (next, effects) = Ownership.On(input);
        Ownership = next;
        foreach (var effect in effects)
        {
            Do(effect);
        }
    }

    /// <summary>Takes the next records of the partition while the shard is assigned and the lane has room.</summary>
    public void Fetch()
    {
        if (_isAssigned && !_isFetching && _nextFetch < _world.Kafka.End(number))
        {
            _isFetching = true;
            var records = _world.Kafka.Read(number, _nextFetch, 1 + _world.Random.Below(8));
            var (assignment, generation, offset) = (_assignment, _assignedGeneration, _nextFetch);
            _nextFetch += records.Count;
            node.After(_world.Random.Pause(), () => HandOver(assignment, generation, offset, records));
        }
    }

    // What was polled goes on to the lane that is there then, whatever became of the shard: rule 3 has to hold it off.
    private void HandOver(int assignment, long generation, long offset, IReadOnlyList<SimPayment> records)
    {
        if (node.Lane?.TryOffer(LaneItem.OfRecords(number, generation, offset, records)) == true)
        {
            _world.Note(TraceKind.Fetch, node.Index, number, offset, records.Count);
            if (assignment == _assignment)
            {
                _isFetching = false;
                Fetch();
            }
        }
        else if (assignment == _assignment)
        {
            node.After(TimeSpan.FromMilliseconds(20), () => HandOver(assignment, generation, offset, records));
        }
    }

    private void Do(ShardEffect effect)
    {
        switch (effect)
        {
            case ShardEffect.Claim claim:
                Claim(claim.Attempt);
                break;
            case ShardEffect.Recover recover:
                Recover(recover.Claimed);
                break;
            case ShardEffect.OpenLane open:
                _world.Note(TraceKind.Open, node.Index, number, open.Claimed.Generation, open.Claimed.Sequence);
                node.Lane?.Mark(LaneItem.OfMarker(MarkerKind.Open, number, open.Claimed.Generation, open.Claimed, _recovered));
                _recovered = null;
                PlanSnapshot(open.Claimed.Generation);
                new SimRetractions(node, this, open.Claimed).Plan();
                new SimRetention(node, open.Claimed).Plan();
                break;
            case ShardEffect.AssignKafka assign:
                _isAssigned = true;
                _isFetching = false;
                _assignment++;
                _assignedGeneration = assign.Generation;
                _nextFetch = _world.Model.AssignAt(assign.NextOffset) ?? 0;
                Fetch();
                break;
            case ShardEffect.UnassignKafka:
                _isAssigned = false;
                break;
            case ShardEffect.SendMarker marker:
                node.Lane?.Mark(LaneItem.OfMarker(marker.Kind, number, marker.Generation));
                break;
            case ShardEffect.DropLane drop:
                _world.Note(TraceKind.Drop, node.Index, number, drop.Generation);
                node.Lane?.Drop(number, drop.Generation);
                break;
            case ShardEffect.Release release:
                _world.Note(TraceKind.Release, node.Index, number, release.Generation);
                _world.Network.Call(
                    node,
                    () => _world.Store.Release(number, release.Generation),
                    _ => Tell(new ShardInput.ReleaseEnded(release.Attempt)),
                    () => Tell(new ShardInput.ReleaseEnded(release.Attempt)));
                break;
            case ShardEffect.SetTimer timer:
                node.After(timer.After, () => Tell(new ShardInput.TimerFired(timer.Attempt)));
                break;
            case ShardEffect.ExitProcess:
                node.Exit();
                break;
            case ShardEffect.End:
                if (node.Shard(number) == this)
                {
                    node.ShardEnded(this);
                }

                break;
            case ShardEffect.CloseIntake or ShardEffect.CancelTimer:
                break; // The front door asks Ownership; a timer of an older attempt is ignored.
            default:
                throw new InvalidOperationException($"The simulation does not know {effect}.");
        }
    }

    private void Claim(long attempt)
    {
        // Nine, because a node's clock may run too fast by a tenth.
        if (_fencedAt is { } at && _world.Now - at < TimeSpan.FromSeconds(9))
        {
            throw new SimViolation($"shard {number} claims {_world.Now - at} after it was fenced (rule 8)");
        }

        _fencedAt = null;
        _world.Note(TraceKind.Claim, node.Index, number, attempt);
        var id = node.Id;
        _world.Network.Call(
            node,
            () =>
            {
                var isClaimed = _world.Store.TryClaim(number, id, out var head);
                _world.Checker.Claimed(number, id, isClaimed);
                return isClaimed ? head : null;
            },
            head =>
            {
                _world.Note(head is null ? TraceKind.Refused : TraceKind.Claimed, node.Index, number, attempt, head?.Generation ?? 0);
                Tell(head is null ? new ShardInput.ClaimRefused(attempt) : new ShardInput.Claimed(attempt, head));
            },
            () => Tell(new ShardInput.ClaimFailed(attempt)));
    }

    // Two calls, so that a newer owner may write between them.
    private void Recover(ShardHead claimed) => _world.Network.Call(
        node,
        () => _world.Store.ReadSnapshot(number),
        snapshot => _world.Network.Call(
            node,
            () => _world.Store.ReadPages(number, claimed.SnapshotSequence, claimed.Sequence),
            pages => Replay(claimed, snapshot, pages),
            () => Tell(new ShardInput.RecoveryFailed(claimed.Generation))),
        () => Tell(new ShardInput.RecoveryFailed(claimed.Generation)));

    private void Replay(ShardHead claimed, SnapshotContent snapshot, IEnumerable<StoredPage> pages)
    {
        if (LaneShard.TryRecover(claimed, snapshot, pages, _world.Window, out var recovered))
        {
            _world.Note(TraceKind.Recovered, node.Index, number, claimed.Generation, claimed.Sequence);
            if (_world.Store.Head(number).Generation == claimed.Generation)
            {
                _world.Checker.Recovered(number, claimed.Sequence, recovered.Cards);
            }

            _recovered = recovered;
            Tell(new ShardInput.Recovered(claimed.Generation));
        }
        else
        {
            _world.Checker.NotRecovered(number, claimed.Generation);
            Tell(new ShardInput.RecoveryFailed(claimed.Generation));
        }
    }

    private void PlanSnapshot(long generation) => node.After(_world.Random.Ms(300, 2500), () =>
    {
        if (Ownership.TakesPayments && Ownership.Claimed.Generation == generation && node.Shard(number) == this)
        {
            Tell(new ShardInput.SnapshotDue());
            PlanSnapshot(generation);
        }
    });
}
