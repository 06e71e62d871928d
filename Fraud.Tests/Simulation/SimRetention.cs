using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>
/// Drops the pages of a shard that nothing needs any more, on the node that has it open. Rows and journal are two databases, so what the
/// rows and alerts need is read first; it may be old when the pages leave.
/// </summary>
internal sealed class SimRetention(SimNode node, ShardHead claimed)
{
    private readonly SimWorld _world = node.World;

    public void Plan() => node.After(_world.Random.Ms(20, 600), Look);

    private void Look()
    {
        if (node.OpenGeneration(claimed.Shard) == claimed.Generation)
        {
            _world.Network.Call(
                node, () => (_world.Store.Rows.NotesOf(claimed.Shard), _world.Store.Alerts.PositionOf(claimed.Shard)), Drop, Plan, mayRunTwice: true);
        }
    }

    private void Drop((RepeatNotes Notes, long Alerts) needed) => _world.Network.Call(
        node,
        () => _world.Store.DropPages(claimed.Shard, needed.Notes, needed.Alerts),
        dropped =>
        {
            _world.Note(TraceKind.Dropped, node.Index, claimed.Shard, dropped, Math.Min(needed.Notes.ReaderPosition, needed.Alerts));
            Plan();
        },
        Plan,
        mayRunTwice: true);
}
