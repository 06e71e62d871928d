using Fraud.Stream.Lifecycle;
using Fraud.Stream.Retention;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Retention;

public sealed class RetentionLoopTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero));
    private readonly TempFolder _folder = new();
    private readonly Passes _passes = new();
    private readonly RetentionOptions _options = new() { Payments = TimeSpan.FromDays(200), Pause = TimeSpan.Zero };
    private readonly StreamMetrics _metrics;
    private readonly RetentionCounts _counts;
    private readonly RetentionLoop _loop;

    public RetentionLoopTests()
    {
        _metrics = new StreamMetrics(_time);
        _counts = new RetentionCounts(_metrics, _time);
        var store = new Store(new SqliteStore(new StorageOptions { SqliteFile = _folder.File("fraud.db") }, "transactions", _time), _passes);
        _loop = new RetentionLoop(store, _options, _counts, new LifecycleOptions(), _time, NullLogger<RetentionLoop>.Instance);
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Pass_KindsWithAnAge_AreRemovedToTheirEndAndCounted()
    {
        _passes.Left[RetainedKind.Payments] = 25;
        _passes.Left[RetainedKind.Audit] = 25;

        Assert.Equal(_options.Interval, _loop.Pass(CancellationToken.None));

        Assert.Equal((25L, 0L), (_counts.Of(RetainedKind.Payments), _counts.Of(RetainedKind.Audit)));
        Assert.Equal(_time.GetUtcNow().AddDays(-200).ToUnixTimeMilliseconds(), _passes.Before[RetainedKind.Labels]);
        Assert.Equal(_time.GetUtcNow().AddDays(-35).ToUnixTimeMilliseconds(), _passes.Before[RetainedKind.WebhookEvents]);
        Assert.False(_passes.Before.ContainsKey(RetainedKind.Audit));
        Assert.Equal(0, _passes.Open);
    }

    [Fact]
    public void Pass_StoreIsAway_IsTriedAgainSoonAndGoesOn()
    {
        _passes.Left[RetainedKind.Payments] = 25;
        _passes.Fails = true;
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.InRange(_loop.Pass(CancellationToken.None), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromMinutes(1), _counts.Age);

        _passes.Fails = false;
        Assert.Equal(_options.Interval, _loop.Pass(CancellationToken.None));
        Assert.Equal((25L, TimeSpan.Zero, 0), (_counts.Of(RetainedKind.Payments), _counts.Age, _passes.Open));
    }

    [Fact]
    public void Pass_Cancelled_EndsBetweenTwoSteps()
    {
        using var stop = new CancellationTokenSource();
        _passes.Left[RetainedKind.Payments] = 1_000;
        _passes.Removed = left => { if (left is > 0 and <= 980) { stop.Cancel(); } };

        _loop.Pass(stop.Token);

        Assert.Equal((20L, 0), (_counts.Of(RetainedKind.Payments), _passes.Open));
    }

    [Fact]
    public void Pass_AnotherNodeIsAtIt_RemovesNothing()
    {
        _passes.Left[RetainedKind.Payments] = 25;
        _passes.IsTaken = true;

        Assert.Equal(_options.Interval, _loop.Pass(CancellationToken.None));
        Assert.Empty(_passes.Before);
    }

    private sealed class Store(IFraudStore inner, Passes passes) : DelegatingStore(inner)
    {
        public override IRetentionStore Retention => passes;
    }

    /// <summary>Removes ten at a time of what there is.</summary>
    private sealed class Passes : IRetentionStore, IRetentionPass
    {
        public Dictionary<RetainedKind, long> Left { get; } = [];

        public Dictionary<RetainedKind, long> Before { get; } = [];

        public Action<long> Removed { get; set; } = static _ => { };

        public bool Fails { get; set; }

        public bool IsTaken { get; set; }

        public int Open { get; private set; }

        public IRetentionPass? TryBegin(RetentionOptions options)
        {
            Open += IsTaken ? 0 : 1;
            return IsTaken ? null : this;
        }

        public RetentionStep Remove(RetainedKind kind, long beforeMs)
        {
            Before[kind] = beforeMs;
            var left = Left.GetValueOrDefault(kind);
            if (left < 20 && left > 0 && Fails)
            {
                throw new StoreUnavailableException("away", new IOException("away"));
            }

            var removed = Math.Min(10, left);
            Left[kind] = left - removed;
            Removed(left - removed);
            return new RetentionStep(removed, removed < 10);
        }

        public OverAge Count(RetainedKind kind, long beforeMs) => new(Left.GetValueOrDefault(kind), beforeMs);

        public void Dispose() => Open--;
    }
}
