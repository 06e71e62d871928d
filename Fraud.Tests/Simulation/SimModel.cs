using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>
/// How the simulated system goes about the steps that matter: as the product's core says. A seeded bug overrides one of them
/// (<see cref="SeededBugs"/>); the product knows nothing of it.
/// </summary>
internal class SimModel
{
    public virtual ShardTimes Times => ShardTimes.Default;

    // The store.
    public virtual ShardHead Claim(ShardHead head, string incarnation) => head.Claim(incarnation);

    public virtual bool TryCommit(ShardHead head, in ShardCommit commit, out ShardHead next) => head.TryCommit(commit, out next);

    public virtual bool TrySnapshot(ShardHead head, in SnapshotMove move, out ShardHead next) => head.TrySnapshot(move, out next);

    public virtual bool RollsBackWhenSomeAreMissing => true;

    public virtual bool RefusesRemovedProcesses => true;

    // The rows.
    public virtual bool MovesRows(in ReaderPosition stored, in PagesOfShard pages) =>
        stored.Generation == pages.Generation && stored.Position == pages.First - 1;

    public virtual bool MovesPositionWithRows => true;

    public virtual bool LeavesAShardAtAGap => true;

    // Alerts.
    public virtual bool RaisesOverWhatIsAcknowledged => true;

    // What leaves the journal.
    public virtual long LastUnneeded(in JournalNeeds needs) => needs.LastUnneeded;

    public virtual bool MayIdsLeave(long idsBehind, int window) => JournalNeeds.MayIdsLeave(idsBehind, window);

    // Repeats beyond the window.
    public virtual IReadOnlyList<JournalPlace> Due(RepeatsToTakeBack repeats, in RepeatNotes notes) => repeats.Due(notes.ReaderPosition, notes.Open);

    public virtual bool ClosesNotesWhenRead => false;

    public virtual bool ReadsNotesWithPosition => true;

    public virtual bool WritesRetractions => true;

    // The commit stage.
    public virtual ShardCommit Next(in CommitCursor cursor, long? nextOffset, Guid id) => cursor.Next(nextOffset, id);

    public virtual SnapshotMove Snapshot(in CommitCursor cursor) => cursor.Snapshot();

    public virtual GroupStep Written(GroupCommit group, IReadOnlyList<int> missing) => group.Written(missing);

    public virtual GroupStep Unknown(GroupCommit group) => group.Unknown();

    public virtual GroupStep Read(GroupCommit group, IReadOnlyList<ShardHead> heads) => group.Read(heads);

    public virtual int Round(CommitRounds rounds, int shard, bool isMarker) => rounds.Place(shard, isMarker);

    public virtual bool Takes(in CommitCursor cursor, long generation) => cursor.Takes(generation);

    public virtual IEnumerable<LaneItem> Order(IReadOnlyList<LaneItem> items) => items;

    public virtual bool AnswersBeforeTheCommit => false;

    public virtual bool AnswersRepeatsInFlight => false;

    // The feature stage and recovery.
    public virtual bool WritesSnapshotAtFeatures => false;

    public virtual bool KnowsRepeatsInFlight => true;

    public virtual bool KeepsIdsWithSnapshot => true;

    public virtual bool TakesOldGenerations => false;

    public virtual long? AssignAt(long? nextOffset) => nextOffset;

    // The front door.
    public virtual TimeSpan TimeLeft(in PaymentAttempts attempts, TimeSpan senderNow, TimeSpan receiverNow) => attempts.TimeLeft(senderNow);
}
