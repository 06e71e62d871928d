using Fraud.Stream.ReadModel;
using Raised = Fraud.Stream.ReadModel.ReaderPosition;

namespace Fraud.Tests.Simulation;

/// <summary>How far alerts are, where the rows are stored. Each call is one transaction, and does what <see cref="IReaderPositions"/> says.</summary>
internal sealed class SimAlertPositions(int shards)
{
    private readonly ReaderPosition[] _positions = new ReaderPosition[shards];

    public long PositionOf(int shard) => _positions[shard].Position;

    public long? Take(int shard, long generation)
    {
        if (_positions[shard].Generation > generation)
        {
            return null;
        }

        _positions[shard] = _positions[shard] with { Generation = generation };
        return _positions[shard].Position;
    }

    public IReadOnlyList<int> Raise(IReadOnlyList<Raised> positions)
    {
        List<int> lost = [];
        foreach (var (shard, generation, position) in positions)
        {
            if (_positions[shard].Generation == generation)
            {
                _positions[shard] = _positions[shard] with { Position = Math.Max(_positions[shard].Position, position) };
            }
            else
            {
                lost.Add(shard);
            }
        }

        return lost;
    }
}
