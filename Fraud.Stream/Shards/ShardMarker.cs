using Fraud.Model.History;
using Fraud.Stream.Journal;

namespace Fraud.Stream.Shards;

/// <summary>
/// An element of a lane that carries no payments (rule 7 of docs/decisions/0011). Feature stage and commit stage each add what they
/// know of the shard at this place among its payments.
/// </summary>
/// <param name="passed">
/// Told once, on a thread of the graph: of <see cref="MarkerKind.Open"/> when the lane has the shard; of the others when all before them
/// is stored. Never, when the graph ends before. Must not block.
/// </param>
public sealed class ShardMarker(MarkerKind kind, OpenShard shard, Action<ShardMarker> passed)
{
    public MarkerKind Kind => kind;

    public OpenShard Shard => shard;

    /// <summary>What is taken back; of <see cref="MarkerKind.TakeBack"/> only.</summary>
    public IReadOnlyList<PageRetraction> Retractions { get; init; } = [];

    /// <summary>What changed of the cards until here; null when the lane no longer had the shard.</summary>
    public CapturedCards? Captured { get; private set; }

    /// <summary>Position of the label journal that the cards contain.</summary>
    public long Labels { get; private set; }

    /// <summary>Position of the shard's journal that the cards contain.</summary>
    public long Sequence { get; private set; }

    /// <summary>The feature stage picks up what changed.</summary>
    /// <param name="labels">As they were while nothing was counted.</param>
    public void Capture(Func<CapturedCards> capture, long labels)
    {
        Captured = capture();
        Labels = labels;
    }

    /// <summary>The commit stage stored what was before it.</summary>
    public void Stored(long sequence)
    {
        Sequence = sequence;
        passed(this);
    }

    /// <summary>The lane has the shard.</summary>
    public void Opened() => passed(this);
}
