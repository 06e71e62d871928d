using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>
/// Ways to get it wrong, each of which the checker has to find. What they break is named by the rule of docs/decisions/0011.
/// </summary>
internal static partial class SeededBugs
{
    public static IReadOnlyList<Func<SimModel>> All { get; } =
    [
        static () => new StoreDoesNotFence(),
        static () => new StoreDoesNotCompareSequences(),
        static () => new ClaimDoesNotRaiseTheGeneration(),
        static () => new GroupIsNotRolledBack(),
        static () => new MissingIsTakenForDone(),
        static () => new RemovedProcessMayClaim(),
        static () => new UnknownIsTakenForDone(),
        static () => new UnknownIsWrittenAgainBlindly(),
        static () => new OffsetStaysBehind(),
        static () => new OffsetRunsAhead(),
        static () => new AssignedOneRecordLate(),
        static () => new SnapshotPositionMovedBack(),
        static () => new SnapshotEarly(),
        static () => new SnapshotNotCompared(),
        static () => new MarkerDoesNotEndThePage(),
        static () => new HttpOvertakesBehindTheLane(),
        static () => new GenerationLookedUpAtCommit(),
        static () => new AnsweredBeforeTheCommit(),
        static () => new RepeatsInFlightUnknown(),
        static () => new RepeatAnsweredBeforeItsFirst(),
        static () => new IdsNotKeptWithSnapshot(),
        static () => new FencedClaimsAtOnce(),
        static () => new DeadlineTravelsAsTime(),
        static () => new PositionAhead(),
        static () => new RowsNotFenced(),
        static () => new RepeatForgotten(),
        static () => new RepeatTakenBackTwice(),
        static () => new RepeatSentAgain(),
        static () => new NotesOfAnEarlierLook(),
        static () => new RetractionNotInThePage(),
        static () => new PageDroppedBeforeItsRows(),
        static () => new PageDroppedBeforeItsSnapshot(),
        static () => new PageDroppedBeforeItsRepeatIsTakenBack(),
        static () => new IdsDroppedEarly(),
        static () => new ReaderStaysAtAGap(),
        static () => new AlertsAheadOfKafka(),
        static () => new PageDroppedBeforeItsAlerts(),
    ];

    private sealed class StoreDoesNotFence : SimModel
    {
        // Rule 1: the sequence alone is compared.
        public override bool TryCommit(ShardHead head, in ShardCommit commit, out ShardHead next)
        {
            var isFenced = !(head with { Generation = commit.Generation }).TryCommit(commit, out next);
            next = isFenced ? head : next with { Generation = head.Generation };
            return !isFenced;
        }
    }

    private sealed class StoreDoesNotCompareSequences : SimModel
    {
        // Rule 2: the generation alone is compared.
        public override bool TryCommit(ShardHead head, in ShardCommit commit, out ShardHead next)
        {
            var isRefused = !(head with { Sequence = commit.Sequence - 1 }).TryCommit(commit, out next);
            next = isRefused ? head : next;
            return !isRefused;
        }
    }

    private sealed class ClaimDoesNotRaiseTheGeneration : SimModel
    {
        // Rule 1: a generation that is there already.
        public override ShardHead Claim(ShardHead head, string incarnation) =>
            head.Generation > 0 ? head with { Owner = incarnation } : head.Claim(incarnation);
    }

    private sealed class GroupIsNotRolledBack : SimModel
    {
        // Rule 4: what could be written stays written, so that its second attempt finds another head.
        public override bool RollsBackWhenSomeAreMissing => false;
    }

    private sealed class MissingIsTakenForDone : SimModel
    {
        // Rule 4: the number of rows is not looked at.
        public override GroupStep Written(GroupCommit group, IReadOnlyList<int> missing) => group.Written([]);
    }

    private sealed class RemovedProcessMayClaim : SimModel
    {
        // Rule 8.
        public override bool RefusesRemovedProcesses => false;
    }

    private sealed class UnknownIsTakenForDone : SimModel
    {
        // Rule 2.
        public override GroupStep Unknown(GroupCommit group) => group.Action == GroupAction.Write ? group.Written([]) : group.Unknown();
    }

    private sealed class UnknownIsWrittenAgainBlindly : SimModel
    {
        // Rule 2: behind whatever the head says, without asking whose it is.
        public override GroupStep Read(GroupCommit group, IReadOnlyList<ShardHead> heads)
        {
            ShardCommit[] again = [.. group.Pending.Select(commit => commit with
            {
                Sequence = heads.First(head => head.Shard == commit.Shard).Sequence + 1,
            })];
            return new GroupStep(GroupCommit.Begin(again), [], []);
        }
    }

    private sealed class OffsetStaysBehind : SimModel
    {
        // The offset of the page before: records are read again, which repeats hide unless the head is looked at.
        public override ShardCommit Next(in CommitCursor cursor, long? nextOffset, Guid id) =>
            cursor.Next(nextOffset, id) with { NextOffset = cursor.NextOffset ?? 0 };
    }

    private sealed class OffsetRunsAhead : SimModel
    {
        public override ShardCommit Next(in CommitCursor cursor, long? nextOffset, Guid id) => cursor.Next(nextOffset + 1, id);
    }

    private sealed class AssignedOneRecordLate : SimModel
    {
        // Rule 18: not at the claim's offset.
        public override long? AssignAt(long? nextOffset) => nextOffset + 1;
    }

    private sealed class SnapshotPositionMovedBack : SimModel
    {
        // Rule 7: the last page is replayed into states that contain it.
        public override SnapshotMove Snapshot(in CommitCursor cursor)
        {
            var move = cursor.Snapshot();
            return move.To > move.From + 1 ? move with { To = move.To - 1 } : move;
        }
    }

    private sealed class SnapshotEarly : SimModel
    {
        // Rule 7: states with payments in flight under the position of those that are stored.
        public override bool WritesSnapshotAtFeatures => true;
    }

    private sealed class SnapshotNotCompared : SimModel
    {
        // Rule 7: fenced, but a write that comes late replaces a newer one of the same generation.
        public override bool TrySnapshot(ShardHead head, in SnapshotMove move, out ShardHead next)
        {
            var isExpected = head.Generation == move.Generation && move.To <= head.Sequence;
            next = isExpected ? head with { SnapshotSequence = move.To } : head;
            return isExpected;
        }
    }

    private sealed class MarkerDoesNotEndThePage : SimModel
    {
        // Rule 7: payments behind the marker are in the page that it is taken to contain.
        public override int Round(CommitRounds rounds, int shard, bool isMarker) => 0;
    }

    private sealed class HttpOvertakesBehindTheLane : SimModel
    {
        // Rule 6: pages in another order than the one in which the histories counted.
        public override IEnumerable<LaneItem> Order(IReadOnlyList<LaneItem> items) => items.OrderBy(static item => item.Reply is null);
    }

    private sealed class GenerationLookedUpAtCommit : SimModel
    {
        // Rule 3: what entered under an older generation goes on under the present one.
        public override bool Takes(in CommitCursor cursor, long generation) => true;

        public override bool TakesOldGenerations => true;
    }

    private sealed class AnsweredBeforeTheCommit : SimModel
    {
        public override bool AnswersBeforeTheCommit => true;
    }

    private sealed class RepeatsInFlightUnknown : SimModel
    {
        // Rule 14.
        public override bool KnowsRepeatsInFlight => false;
    }

    private sealed class RepeatAnsweredBeforeItsFirst : SimModel
    {
        // Rule 14: with a result that may never be stored.
        public override bool AnswersRepeatsInFlight => true;
    }

    private sealed class IdsNotKeptWithSnapshot : SimModel
    {
        // Rule 16: after a recovery only ids behind the snapshot are known.
        public override bool KeepsIdsWithSnapshot => false;
    }

    private sealed class FencedClaimsAtOnce : SimModel
    {
        // Rule 8.
        public override ShardTimes Times { get; } = ShardTimes.Default with { FencedPause = TimeSpan.FromMilliseconds(100) };
    }

    private sealed class DeadlineTravelsAsTime : SimModel
    {
        // Rule 20: clocks of two nodes differ.
        public override TimeSpan TimeLeft(in PaymentAttempts attempts, TimeSpan senderNow, TimeSpan receiverNow) =>
            attempts.Deadline - receiverNow;
    }
}
