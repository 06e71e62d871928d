using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>
/// What an owner does about repeats that the readers note, under one claim: sends their retractions through the lane, which ones by the
/// product's <see cref="RepeatsToTakeBack"/>.
/// </summary>
internal sealed class SimRetractions(SimNode node, SimShard shard, ShardHead claimed)
{
    private const int AtOnce = 3;

    private readonly SimWorld _world = node.World;
    private readonly RepeatsToTakeBack _repeats = new(claimed.Sequence);

    public void Plan() => node.After(_world.Random.Ms(5, 800), Look);

    private void Look()
    {
        if (node.Shard(claimed.Shard) == shard && node.OpenGeneration(claimed.Shard) == claimed.Generation)
        {
            _world.Network.Call(node, () => _world.Store.Rows.ReadNotes(claimed.Shard), Looked, Plan, mayRunTwice: true);
        }
    }

    private void Looked(RepeatNotes notes)
    {
        if (_world.Model.ReadsNotesWithPosition)
        {
            Read(notes);
            return;
        }

        node.After(_world.Random.Ms(100, 5000), () => _world.Network.Call(
            node,
            () => _world.Store.Rows.PositionOf(claimed.Shard).Position,
            position => Read(notes with { ReaderPosition = position }),
            Plan));
    }

    private void Read(RepeatNotes notes)
    {
        JournalPlace[] due = [.. _world.Model.Due(_repeats, notes).Take(AtOnce)];
        if (due.Length == 0)
        {
            Plan();
            return;
        }

        _world.Network.Call(node, () => _world.Store.ReadPlaces(claimed.Shard, due), Send, Plan, mayRunTwice: true);
    }

    // Whatever became of the shard since: rule 3 has to hold it off.
    private void Send(IReadOnlyList<(SimPayment Repeat, JournalPlace Place)> repeats)
    {
        // A place that is missing was taken back by another owner.
        if (repeats.Count > 0 && node.Lane?.TryOffer(LaneItem.OfRetractions(claimed.Shard, claimed.Generation, repeats)) == true)
        {
            foreach (var (_, place) in repeats)
            {
                _repeats.Sent(place);
            }
        }

        Plan();
    }
}
