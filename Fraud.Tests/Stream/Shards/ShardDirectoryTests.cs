using Fraud.Stream.Shards;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Shards;

public sealed class ShardDirectoryTests
{
    private readonly ShardDirectory _directory = new(4);

    [Fact]
    public void SetOpen_SomeShards_AreListedInOrderWithTheirGenerations()
    {
        _directory.SetOpen(3, 7);
        _directory.SetOpen(0, 2);

        Assert.Equal([0, 3], _directory.Open);
        Assert.Equal((2L, ShardDirectory.Closed, 7L), (_directory.GenerationOf(0), _directory.GenerationOf(1), _directory.GenerationOf(3)));
        Assert.False(_directory.IsOpen(1));
    }

    [Fact]
    public void SetClosed_AnotherGeneration_ChangesNothing()
    {
        _directory.SetOpen(1, 5);
        var changed = _directory.Changed;

        _directory.SetClosed(1, 4);
        _directory.SetClosed(1, ShardDirectory.Closed);
        _directory.SetClosed(2, 1);

        Assert.False(changed.IsCompleted);
        Assert.Equal(5, _directory.GenerationOf(1));
        _directory.SetClosed(1, 5);
        Assert.True(changed.IsCompleted);
        Assert.Empty(_directory.Open);
    }

    [Fact]
    public void SetOpen_OlderGenerationComesLate_StaysWithTheNewer()
    {
        _directory.SetOpen(1, 5);

        _directory.SetOpen(1, 4);

        Assert.Equal(5, _directory.GenerationOf(1));
    }

    [Fact]
    public void SetOpen_NoGeneration_IsAMistake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _directory.SetOpen(1, ShardDirectory.Closed));

    [Fact]
    public async Task Changed_TakenBeforeLooking_MissesNothing()
    {
        var changes = 0;
        var watching = Task.Run(async () =>
        {
            while (true)
            {
                var changed = _directory.Changed;
                if (_directory.Open.Count == _directory.Shards)
                {
                    return changes;
                }

                await changed;
                changes++;
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(shard => Task.Run(() => _directory.SetOpen(shard, 1))));

        Assert.InRange(await watching.WaitAsync(Poll.Deadline), 0, 4);
    }
}
