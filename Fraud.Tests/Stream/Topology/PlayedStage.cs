using System.Collections.Concurrent;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Topology;

/// <summary>A stage's work as the test does it: it shows what came, and each element goes on when the test lets it.</summary>
/// <param name="look">What is kept of an element, whose like the stages behind may change.</param>
internal sealed class PlayedStage<T, TSeen>(Func<T, TSeen> look) : IDisposable
{
    private readonly ConcurrentQueue<TSeen> _seen = new();
    private readonly SemaphoreSlim _permits = new(0);
    private volatile bool _isHeld;
    private volatile bool _isWaiting;
    private volatile Exception? _failure;

    /// <summary>All that came, the one that is held included.</summary>
    public IReadOnlyList<TSeen> Seen => [.. _seen];

    /// <summary>An element is held.</summary>
    public bool IsWaiting => _isWaiting;

    /// <summary>Holds each element from now on.</summary>
    public void Hold() => _isHeld = true;

    /// <summary>Lets the one that is held go on, and holds the next.</summary>
    public async Task Step()
    {
        await Poll.Until(() => _isWaiting);
        _isWaiting = false;
        _permits.Release();
    }

    /// <summary>Holds nothing any more.</summary>
    public void Release()
    {
        _isHeld = false;
        _permits.Release();
    }

    /// <summary>The next element fails.</summary>
    public void Fail(Exception failure) => _failure = failure;

    public T Apply(T element)
    {
        _seen.Enqueue(look(element));
        if (_failure is { } failure)
        {
            throw failure;
        }

        if (_isHeld)
        {
            _isWaiting = true;
            Assert.True(_permits.Wait(Poll.Deadline));
        }

        return element;
    }

    public void Dispose()
    {
        Release();
        _permits.Dispose();
    }
}
