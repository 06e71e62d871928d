namespace Fraud.Http.Inference;

/// <summary>What one loaded version was asked, since it was loaded. Times in nanoseconds, as the protocol's. Thread-safe.</summary>
internal sealed class ModelStatistics
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, Duration[]> _byRows = [];
    private readonly Duration[] _phases = [.. Enumerable.Range(0, 6).Select(static _ => new Duration())];
    private long _lastMs;
    private long _rows;
    private long _calls;

    /// <summary>Places of a call's times.</summary>
    public enum Phase
    {
        /// <summary>From admission to answer, calls that were scored.</summary>
        Success,

        /// <summary>From admission to refusal, calls that were not.</summary>
        Fail,

        /// <summary>Waiting for a thread.</summary>
        Queue,

        /// <summary>Into the model's buffers.</summary>
        Input,

        /// <summary>In the model.</summary>
        Infer,

        /// <summary>Out of the model's buffers.</summary>
        Output,
    }

    public void Scored(long nowMs, int rows, TimeSpan queue, TimeSpan input, TimeSpan infer, TimeSpan output)
    {
        lock (_lock)
        {
            _lastMs = nowMs;
            _rows += rows;
            _calls++;
            _phases[(int)Phase.Success].Add(queue + input + infer + output);
            _phases[(int)Phase.Queue].Add(queue);
            _phases[(int)Phase.Input].Add(input);
            _phases[(int)Phase.Infer].Add(infer);
            _phases[(int)Phase.Output].Add(output);
            // One for each size that occurs: at most as many as a call may have rows.
            if (!_byRows.TryGetValue(rows, out var times))
            {
                times = [new Duration(), new Duration(), new Duration()];
                _byRows.Add(rows, times);
            }

            times[0].Add(input);
            times[1].Add(infer);
            times[2].Add(output);
        }
    }

    public void Failed(TimeSpan waited)
    {
        lock (_lock)
        {
            _phases[(int)Phase.Fail].Add(waited);
        }
    }

    public Totals Read()
    {
        lock (_lock)
        {
            return new Totals(
                _lastMs,
                _rows,
                _calls,
                [.. _phases.Select(static phase => phase.Copy())],
                [.. _byRows.Select(static entry => (entry.Key, entry.Value.Select(static time => time.Copy()).ToArray()))]);
        }
    }

    /// <param name="LastMs">When it was last asked, Unix milliseconds; 0 when never.</param>
    /// <param name="Phases">By <see cref="Phase"/>.</param>
    /// <param name="ByRows">Input, infer and output of the calls of each size.</param>
    public sealed record Totals(long LastMs, long Rows, long Calls, IReadOnlyList<Duration> Phases, IReadOnlyList<(int Rows, Duration[] Times)> ByRows);

    /// <summary>How often, and how long together.</summary>
    public sealed class Duration
    {
        public long Count { get; private set; }

        public long Nanoseconds { get; private set; }

        public void Add(TimeSpan time)
        {
            Count++;
            Nanoseconds += time.Ticks * TimeSpan.NanosecondsPerTick;
        }

        public Duration Copy() => new() { Count = Count, Nanoseconds = Nanoseconds };
    }
}
