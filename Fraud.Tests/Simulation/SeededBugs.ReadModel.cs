using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;

namespace Fraud.Tests.Simulation;

// What goes wrong behind the commit.
internal static partial class SeededBugs
{
    private sealed class PositionAhead : SimModel
    {
        // Rule 10: the position is moved in a transaction of its own, before the rows.
        public override bool MovesPositionWithRows => false;
    }

    private sealed class RowsNotFenced : SimModel
    {
        // Rule 10: who had the shard before writes on, and the position goes to where that reader is.
        public override bool MovesRows(in ReaderPosition stored, in PagesOfShard pages) =>
            stored.Generation != pages.Generation || base.MovesRows(stored, pages);
    }

    private sealed class RepeatForgotten : SimModel
    {
        // Rule 15: a note is closed when an owner reads it, who may not come to write the retraction.
        public override bool ClosesNotesWhenRead => true;
    }

    private sealed class RepeatTakenBackTwice : SimModel
    {
        // Rule 15: open notes are taken for those without a retraction, also before the reader has read what the owner before wrote.
        public override IReadOnlyList<JournalPlace> Due(RepeatsToTakeBack repeats, in RepeatNotes notes) => repeats.Due(long.MaxValue, notes.Open);
    }

    private sealed class RepeatSentAgain : SimModel
    {
        // Rule 15: the owner does not remember what it sent, and the note stays open until the reader comes to the retraction.
        public override IReadOnlyList<JournalPlace> Due(RepeatsToTakeBack repeats, in RepeatNotes notes) => notes.Open;
    }

    private sealed class NotesOfAnEarlierLook : SimModel
    {
        // Rule 15: notes are read before the position, and one of them was closed in between.
        public override bool ReadsNotesWithPosition => false;
    }

    private sealed class RetractionNotInThePage : SimModel
    {
        // Rule 15: the owner's memory alone is corrected.
        public override bool WritesRetractions => false;
    }

    private sealed class PageDroppedBeforeItsRows : SimModel
    {
        // Rule 12.
        public override long LastUnneeded(in JournalNeeds needs) => base.LastUnneeded(needs with { Rows = long.MaxValue });
    }

    private sealed class PageDroppedBeforeItsSnapshot : SimModel
    {
        // Rule 12.
        public override long LastUnneeded(in JournalNeeds needs) => base.LastUnneeded(needs with { Snapshot = long.MaxValue });
    }

    private sealed class PageDroppedBeforeItsRepeatIsTakenBack : SimModel
    {
        // Rule 15: a note is a place; what is to be taken back is in the page.
        public override long LastUnneeded(in JournalNeeds needs) => base.LastUnneeded(needs with { OldestRepeat = null });
    }

    private sealed class IdsDroppedEarly : SimModel
    {
        // Rule 16: ids of the last snapshot alone, however few.
        public override bool MayIdsLeave(long idsBehind, int window) => idsBehind > 0;
    }

    private sealed class ReaderStaysAtAGap : SimModel
    {
        // Rule 12: what a reader that ended had sent moved the position, the pages left, and the next reader waits for them.
        public override bool LeavesAShardAtAGap => false;
    }

    private sealed class AlertsAheadOfKafka : SimModel
    {
        // Rule 10: the position is raised over pages that were taken, before Kafka has acknowledged them.
        public override bool RaisesOverWhatIsAcknowledged => false;
    }

    private sealed class PageDroppedBeforeItsAlerts : SimModel
    {
        // Rule 12.
        public override long LastUnneeded(in JournalNeeds needs) => base.LastUnneeded(needs with { Alerts = long.MaxValue });
    }
}
