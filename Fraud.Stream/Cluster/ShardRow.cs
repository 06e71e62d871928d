namespace Fraud.Stream.Cluster;

/// <summary>A shard as the store knows it.</summary>
/// <param name="Generation">Raised by every claim. Whoever writes for the shard names the generation of its claim; an older one is refused.</param>
/// <param name="Owner">Name of the node that claimed it last; empty when it was given back.</param>
/// <param name="Address">Where that node answers.</param>
/// <param name="Sequence">Last position of the shard's journal.</param>
/// <param name="SnapshotSequence">Position up to which the journal is contained in the stored card states.</param>
/// <param name="SnapshotLabels">Position of the label journal up to which labels are contained in them.</param>
/// <param name="NextOffset">Offset of the transactions topic to read next, or null when none was ever stored.</param>
/// <param name="ClaimedAtMs">When it was claimed last, milliseconds since 1970 UTC by the claiming node's clock.</param>
public sealed record ShardRow(
    int Shard,
    long Generation,
    string Owner,
    string Address,
    long Sequence,
    long SnapshotSequence,
    long SnapshotLabels,
    long? NextOffset,
    long ClaimedAtMs)
{
    public bool IsOwned => Owner.Length > 0;
}
