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
        public override bool MovesRows(in ReaderPosition stored, in PagesOfShard pages) => true;
    }
}
