namespace Fraud.Stream.Shards;

/// <summary>
/// An element of the graph that carries no payments but means something by its place among them. It names the generation it
/// was sent under; a stage that knows another drops it (rules 3 and 7 of docs/decisions/0011).
/// </summary>
public enum MarkerKind
{
    /// <summary>
    /// Brings a recovered shard into the lane: its state to the feature stage, its <see cref="CommitCursor"/> to the commit stage.
    /// </summary>
    Open,

    /// <summary>
    /// Picks up what changed at the feature stage; the commit stage writes it when it arrives, one snapshot of a shard at a time.
    /// </summary>
    Snapshot,

    /// <summary>
    /// As <see cref="Snapshot"/>, and the last of its generation: the feature stage refuses the shard's payments behind it.
    /// </summary>
    HandOver,
}
