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
    /// Takes payments back that were counted though their ids were stored before: from the cards at the feature stage, and by a page of its own
    /// at the commit stage (rule 15 of docs/decisions/0011).
    /// </summary>
    TakeBack,

    /// <summary>
    /// As <see cref="Snapshot"/>, and the last of its generation: the feature stage refuses the shard's payments behind it.
    /// </summary>
    HandOver,
}
