namespace Fraud.Tests.Stream.Kafka;

/// <summary>Throws when told to.</summary>
internal sealed class FailingClock : TimeProvider
{
    public const string Message = "no time";

    private int _failures;

    public bool Stopwatch { get; set; } = true;

    /// <summary>The next question for the time of day, which the decoder is the first to ask, fails.</summary>
    public void FailOnce() => _failures = 1;

    public override DateTimeOffset GetUtcNow() =>
        Interlocked.Exchange(ref _failures, 0) == 0 ? base.GetUtcNow() : throw new InvalidOperationException(Message);

    public override long GetTimestamp() => Stopwatch ? base.GetTimestamp() : throw new InvalidOperationException(Message);
}
