using System.Collections.Concurrent;
using Fraud.Cli.Cluster;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Cluster;

/// <summary>Rule 25 of docs/decisions/0011: who was removed while it was alive comes back as a new process.</summary>
public sealed class KeptNodeTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<string> _said = new();

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
        Assert.Equal("ended with 143", await node.Stop(Poll.Deadline, TimeProvider.System));
        await node.Ended.WaitAsync(Poll.Deadline);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Run_EndsOtherwise_HasEndedForGood(int code)
    {
        using var node = Node($"exit {code}");
        await node.Start();

        await node.Ended.WaitAsync(Poll.Deadline);

        Assert.Equal([$"cluster: node ended with {code}: the others take its shards over"], _said);
        Assert.Null(await node.Stop(Poll.Deadline, TimeProvider.System));
    }

    public void Dispose() => _folder.Dispose();

    private KeptNode Node(string script) =>
        new("node", ["sh", "-c", script], new Dictionary<string, string>(), (who, what) => _said.Enqueue($"{who}: {what}"));
}
