using Fraud.Stream.Ingest;

namespace Fraud.Stream.Kafka;

/// <summary>
/// The partitions that are assigned and the lanes that they are read for, without any client: follows commands, and moves what was read on
/// its way. Not thread-safe, but for the lanes' queues.
/// </summary>
internal sealed class PartitionLanes(PartitionTable table, IReadOnlyList<Lane> lanes, SourceCounters counters)
{
    public IReadOnlyList<Lane> Lanes => lanes;

    /// <summary>Records that wait for room in their lanes, as of <see cref="HandOver"/>.</summary>
    public int Held { get; private set; }

    /// <summary>A part of the graph stopped reading.</summary>
    public bool IsAnyCancelled => lanes.Any(static lane => lane.Queue.IsCancelled);

    /// <summary>All lanes ended, and what was for them was taken.</summary>
    public bool AreDone => lanes.All(static lane => lane.Queue.IsDone);

    /// <summary>A lane has room for what could be read for it.</summary>
    public bool AnyFlows => lanes.Any(static lane => lane.Flows);

    /// <summary>No more may be read at all, until a lane has taken something or is paused.</summary>
    public bool AreBlocked => lanes.Any(static lane => lane.IsFull && !lane.IsPaused);

    /// <summary>No partition is read at the moment, so that no record can come.</summary>
    public bool AreIdle => lanes.All(static lane => lane.IsPaused || lane.Partitions.Count == 0);

    public Lane LaneOf(int partition) => lanes[partition % lanes.Count];

    /// <param name="isEnding">Nothing is assigned any more.</param>
    public AssignReply Follow(PartitionCommand command, bool isEnding)
    {
        switch (command)
        {
            case AssignPartition assign:
                return isEnding ? AssignReply.Ended : Assign(assign);
            case UnassignPartition unassign:
                Unassign(unassign.Partition, unassign.Generation);
                return AssignReply.Assigned;
            default:
                throw new InvalidOperationException($"No command: {command}");
        }
    }

    /// <summary>Moves what is held to the lanes as far as they have room.</summary>
    public void HandOver()
    {
        Held = 0;
        foreach (var lane in lanes)
        {
            lane.HandOver();
            Held += lane.Held;
        }

        counters.Waiting = Held;
    }

    /// <summary>Ends each lane that has what was read for it.</summary>
    public void EndThoseDone()
    {
        foreach (var lane in lanes)
        {
            if (lane.Held == 0)
            {
                lane.Queue.End();
            }
        }
    }

    /// <summary>Ends all lanes and gives back what is held. Partitions stay: their offsets are still told.</summary>
    /// <param name="failure">Why the lanes' stages fail; null: they complete.</param>
    public void Abort(Exception? failure)
    {
        foreach (var lane in lanes)
        {
            lane.Queue.Abort(failure);
        }

        foreach (var partition in table.Assigned)
        {
            partition.Drop();
        }

        HandOver();
    }

    private AssignReply Assign(AssignPartition command)
    {
        if (!table.IsNewer(command.Partition, command.Generation))
        {
            return AssignReply.Outdated;
        }

        // A claim that was raised without the earlier one's end.
        Unassign(command.Partition, command.Generation - 1);
        var assigned = table.Assign(command.Partition, command.Generation, command.Offset)!;
        LaneOf(command.Partition).Add(assigned);
        counters.Partitions = table.Assigned.Count;
        counters.Stored(command.Partition, Math.Max(0, assigned.Stored));
        return AssignReply.Assigned;
    }

    // The client hears of it later in the turn; what it returns until then is not admitted.
    private void Unassign(int partition, long generation)
    {
        if (table.Remove(partition, generation) is { } removed)
        {
            LaneOf(partition).Remove(removed);
            LaneOf(partition).Queue.Discard(partition);
            counters.Partitions = table.Assigned.Count;
            counters.Forget(partition);
        }
    }
}
