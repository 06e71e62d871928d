using Confluent.Kafka;
using Fraud.Stream.Batching;
using Fraud.Stream.Kafka;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Kafka;

public sealed class StalledPartitionsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<int, long?> _ends = new() { [0] = 10, [1] = 5 };
    private readonly AssignedPartition _behind = new(0, generation: 1, start: 4);
    private readonly AssignedPartition _atEnd = new(1, generation: 1, start: 5);
    private readonly StalledPartitions _stalled;
    private bool _isPaused;

    public StalledPartitionsTests() => _stalled = new StalledPartitions(partition => _ends.GetValueOrDefault(partition), _time);

    [Fact]
    public void Look_LogGoesOnAndNothingComes_ThrowsAfterTheWaitAndThenHalfAsOften()
    {
        Assert.Equal([30, 60, 120, 240, 480, 600, 600], Enumerable.Range(0, 7).Select(_ => SecondsUntilStalled()));
    }

    [Fact]
    public void Look_AtTheEndOrEndUnknown_NeverThrows()
    {
        _ends[0] = null;

        Pass(TimeSpan.FromHours(1));
    }

    [Fact]
    public void Look_PausedMeanwhile_BeginsAgain()
    {
        Pass(TimeSpan.FromSeconds(25));
        _isPaused = true;
        Pass(TimeSpan.FromHours(1));
        _isPaused = false;

        Assert.Equal(30, SecondsUntilStalled());
    }

    [Fact]
    public void Look_RecordComes_BeginsAgainWithTheFirstWait()
    {
        Assert.Equal([30, 60], [SecondsUntilStalled(), SecondsUntilStalled()]);

        // One came, was held, and left.
        _behind.GoOnAt(6);

        Assert.Equal(30, SecondsUntilStalled());
    }

    [Fact]
    public void Look_SeveralWaitForTheirLane_AreNoStall()
    {
        var payment = new Payment { KafkaOffset = 4 };
        _behind.Add(payment, new MicroBatchPool(batchCapacity: 4, maxIdle: 1));

        Pass(TimeSpan.FromHours(1));
    }

    private int SecondsUntilStalled()
    {
        for (var seconds = 0; seconds < 10_000; seconds++)
        {
            try
            {
                Pass(TimeSpan.FromSeconds(1));
            }
            catch (KafkaException error)
            {
                Assert.Contains("Partition 0 goes on behind offset", error.Message, StringComparison.Ordinal);
                return seconds;
            }
        }

        throw new InvalidOperationException("It was never noticed.");
    }

    private void Pass(TimeSpan time)
    {
        for (var second = 0; second < time.TotalSeconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _stalled.Look([_behind, _atEnd], _ => _isPaused);
        }
    }
}
