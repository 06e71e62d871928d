namespace Fraud.Tests.Simulation;

/// <summary>
/// Splits the elements that wait for one commit into rounds, one transaction each. A marker ends its shard's page: what stands behind it is
/// of the next round, because the states that the marker carries contain no part of it (rule 7 of docs/decisions/0011).
/// </summary>
/// <remarks>Order: all pages of a round, then its markers, then the next round. One caller at a time.</remarks>
internal sealed class CommitRounds
{
    private readonly Dictionary<int, int> _rounds = [];

    /// <summary>Round of the next element in order, counted from 0.</summary>
    public int Place(int shard, bool isMarker)
    {
        var round = _rounds.GetValueOrDefault(shard);
        if (isMarker)
        {
            _rounds[shard] = round + 1;
        }

        return round;
    }

    public void Clear() => _rounds.Clear();
}
