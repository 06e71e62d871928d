namespace Fraud.Benchmarks.Load;

/// <summary>When each request of a load with phases is due, and how many are due by a time. Immutable.</summary>
internal sealed class ArrivalCurve
{
    private readonly LoadPhase[] _phases;

    // Requests and seconds before each phase.
    private readonly double[] _before;
    private readonly double[] _starts;

    public ArrivalCurve(IEnumerable<LoadPhase> phases)
    {
        _phases = [.. phases];
        _before = new double[_phases.Length + 1];
        _starts = new double[_phases.Length + 1];
        for (var i = 0; i < _phases.Length; i++)
        {
            _before[i + 1] = _before[i] + _phases[i].Requests;
            _starts[i + 1] = _starts[i] + _phases[i].Duration.TotalSeconds;
        }
    }

    /// <summary>All requests. A last one that is due only in part is none; the hair is for what adding up loses.</summary>
    public long Total => Math.Max(1, (long)(_before[^1] + 1e-6));

    public TimeSpan Duration => TimeSpan.FromSeconds(_starts[^1]);

    /// <summary>When request number n (from 0) is due, after the start.</summary>
    public TimeSpan DueAt(long number)
    {
        var phase = 0;
        while (phase < _phases.Length - 1 && number >= _before[phase + 1] - 1e-6)
        {
            phase++;
        }

        var current = _phases[phase];
        var inPhase = Math.Max(0, number - _before[phase]);
        inPhase = Math.Floor(inPhase / current.Together) * current.Together;
        return TimeSpan.FromSeconds(_starts[phase] + SecondsUntil(current, inPhase));
    }

    /// <summary>Requests due until then.</summary>
    public long CountAt(TimeSpan elapsed)
    {
        // The times ascend with the numbers.
        long low = 0, high = Total;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (DueAt(middle) <= elapsed)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    // Requests are the area under the rate: from * t + slope * t * t / 2 = requests, solved for t.
    private static double SecondsUntil(LoadPhase phase, double requests)
    {
        var slope = (phase.To - phase.From) / phase.Duration.TotalSeconds;
        return Math.Abs(slope) < 1e-9
            ? requests / phase.From
            : (Math.Sqrt(Math.Max(0, (phase.From * phase.From) + (2 * slope * requests))) - phase.From) / slope;
    }
}
