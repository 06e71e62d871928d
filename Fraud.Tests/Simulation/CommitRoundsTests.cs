namespace Fraud.Tests.Simulation;

/// <summary>What of a group goes into which transaction.</summary>
public sealed class CommitRoundsTests
{
    [Fact]
    public void Place_MarkerBetweenBatches_EndsThePageOfItsShardAlone()
    {
        var rounds = new CommitRounds();
        (int Shard, bool IsMarker)[] elements =
            [(1, false), (2, false), (1, true), (1, false), (2, false), (1, true), (1, false), (2, true)];

        var places = elements.Select(element => rounds.Place(element.Shard, element.IsMarker));

        Assert.Equal([0, 0, 0, 1, 0, 1, 2, 0], places);
    }
}
