namespace Fraud.Tests.Stream.Formation;

/// <summary>Time that passes when a test says so, from now on, and runs no timer.</summary>
internal sealed class StoppedTime : TimeProvider
{
    private readonly DateTimeOffset _started = System.GetUtcNow();
    private long _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _started.AddTicks(GetTimestamp());

    public override long GetTimestamp() => Volatile.Read(ref _passed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();

    public void Pass(TimeSpan time) => Interlocked.Add(ref _passed, time.Ticks);

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
