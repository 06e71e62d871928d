using System.Collections.Concurrent;
using Fraud.Cli.Cluster;
using Fraud.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Cli.Cluster;

/// <summary>Who was removed while it was alive comes back as a new process (rule 25 of docs/decisions/0011), and so does who was killed.</summary>
public sealed class KeptNodeTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<string> _said = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Run_EndsWithThree_IsStartedAgain()
    {
        var first = _folder.File("first");
        using var node = Node($"test -e {first} && exec sleep 600; touch {first}; exit 3");
        await node.Start();
        await Poll.Until(() => _said.Contains("cluster: node was removed by the others, and is started again"));
        Assert.False(node.Ended.IsCompleted);

        // A shell that is ended by a signal is no clean end.
        await Poll.Until(() => File.Exists($"/proc/{node.Id}/cmdline") && File.ReadAllText($"/proc/{node.Id}/cmdline").StartsWith("sleep", StringComparison.Ordinal));
        Assert.Equal("ended with 143", await node.Stop(Poll.Deadline));
        await node.Ended.WaitAsync(Poll.Deadline);
    }

    [Theory]
    [InlineData("kill -9 $$", 137)]
    [InlineData("exit 1", 1)]
    public async Task Run_KilledOrFailed_IsStartedAgainAfterAPause(string end, int code)
    {
        var first = _folder.File("first");
        using var node = Node($"test -e {first} && exec sleep 600; touch {first}; {end}");
        await node.Start();
        var said = $"cluster: node ended with {code}: the others take its shards over, and it is started again in 15 s";
        await Poll.Until(() => _said.Contains(said));
        var before = node.Id;

        _time.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(before, node.Id);
        await Poll.Until(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return node.Id != before;
        });

        await Poll.Until(() => File.Exists($"/proc/{node.Id}/cmdline") && File.ReadAllText($"/proc/{node.Id}/cmdline").StartsWith("sleep", StringComparison.Ordinal));
        Assert.Equal("ended with 143", await node.Stop(Poll.Deadline));
        await node.Ended.WaitAsync(Poll.Deadline);
    }

    [Fact]
    public async Task Stop_WhileItWaitsToStartAgain_IsTheEnd()
    {
        using var node = Node("kill -9 $$");
        await node.Start();
        await Poll.Until(() => _said.Any(static line => line.Contains("started again in", StringComparison.Ordinal)));

        Assert.Null(await node.Stop(Poll.Deadline));

        await node.Ended.WaitAsync(Poll.Deadline);
        Assert.Single(_said);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Run_EndsAsAskedOrForItsSettings_HasEndedForGood(int code)
    {
        using var node = Node($"exit {code}");
        await node.Start();

        await node.Ended.WaitAsync(Poll.Deadline);

        Assert.Equal([$"cluster: node ended with {code}: the others take its shards over"], _said);
        Assert.Null(await node.Stop(Poll.Deadline));
    }

    public void Dispose() => _folder.Dispose();

    private KeptNode Node(string script) =>
        new("node", ["sh", "-c", script], new Dictionary<string, string>(), (who, what) => _said.Enqueue($"{who}: {what}"), _time);
}
