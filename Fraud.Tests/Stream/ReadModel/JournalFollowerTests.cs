using CsCheck;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;

namespace Fraud.Tests.Stream.ReadModel;

public sealed class JournalFollowerTests
{
    [Fact]
    public void TryTake_NextPage_IsTakenOnce()
    {
        var follower = CaughtUp(shard: 3, position: 7);

        Assert.True(follower.TryTake(Page(3, 8)));
        Assert.False(follower.TryTake(Page(3, 8)));
        Assert.Equal(8, follower.PositionOf(3));
        Assert.Empty(follower.Behind);
    }

    [Fact]
    public void TryTake_GapBeforeIt_IsNotTakenAndTheJournalIsToBeRead()
    {
        var follower = CaughtUp(shard: 3, position: 7);

        Assert.False(follower.TryTake(Page(3, 9)));

        Assert.Equal([3], follower.Behind);
        Assert.True(follower.TryTake(new JournalPage(3, 8, [1]), out var taken));
        Assert.Equal((3, 1L, 8L), (taken.Shard, taken.Generation, taken.Sequence));
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(4, 1)]
    public void TryTake_OtherClaimOrShard_IsPassedOver(int shard, long generation)
    {
        var follower = CaughtUp(shard: 3, position: 7);

        Assert.False(follower.TryTake(Page(shard, 8) with { Generation = generation }));
        Assert.False(follower.TryTake(new JournalPage(5, 8, []), out _));

        Assert.Empty(follower.Behind);
        Assert.Equal(7, follower.PositionOf(3));
    }

    [Fact]
    public void Missed_PagesWereDropped_EveryShardIsLookedAt()
    {
        var follower = CaughtUp(shard: 3, position: 7);
        follower.Follow(1, 1, 0);
        follower.CaughtUp(1);

        follower.Missed();

        Assert.Equal([1, 3], follower.Behind);
    }

    /// <summary>Whatever comes, twice, late or not at all: with the journal behind it each page is taken once and in order.</summary>
    [Fact]
    public void TryTake_AnyOrder_TakesEachPageOnceInOrder() => Gen.Select(Gen.Int[1, 30].Array[0, 100], Gen.Bool.Array[101]).Sample(
        static (coming, looks) =>
        {
            var follower = new JournalFollower();
            follower.Follow(0, 1, 0);
            var taken = new List<long>();
            for (var i = 0; i < coming.Length; i++)
            {
                if (follower.TryTake(Page(0, coming[i])))
                {
                    taken.Add(coming[i]);
                }

                if (looks[i])
                {
                    ReadJournal(follower, taken, upTo: coming[..(i + 1)].Max());
                }
            }

            if (follower.Behind.Any())
            {
                ReadJournal(follower, taken, upTo: 30);
            }

            Assert.Equal(Enumerable.Range(1, taken.Count).Select(static i => (long)i), taken);
            Assert.True(taken.Count >= (coming.Length == 0 ? 0 : coming.Max()));
        });

    private static void ReadJournal(JournalFollower follower, List<long> taken, int upTo)
    {
        foreach (var _ in follower.Behind.ToArray())
        {
            for (var sequence = follower.PositionOf(0) + 1; sequence <= upTo; sequence++)
            {
                Assert.True(follower.TryTake(new JournalPage(0, sequence, []), out var page));
                taken.Add(page.Sequence);
            }

            follower.CaughtUp(0);
        }
    }

    private static JournalFollower CaughtUp(int shard, long position)
    {
        var follower = new JournalFollower();
        follower.Follow(shard, 1, position);
        follower.CaughtUp(shard);
        return follower;
    }

    private static FollowedPage Page(int shard, long sequence) => new(shard, 1, sequence, default);
}
