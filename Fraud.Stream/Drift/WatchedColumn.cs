using Fraud.Model.Drift;

namespace Fraud.Stream.Drift;

/// <summary>
/// A distribution in the window beside that of the reference. Expected is the reference's mixture of clock cells in the
/// proportion in which the window has them. Not thread-safe.
/// </summary>
/// <param name="kind">Of the alarm it raises.</param>
/// <param name="subject">What it is of.</param>
/// <param name="reference">Counts by cell, by bin.</param>
/// <param name="isOrdered">Whether bins have an order, as those of numbers.</param>
internal sealed class WatchedColumn(
    DriftAlarmKind kind, string subject, IReadOnlyList<IReadOnlyList<long>> reference, bool isOrdered, DriftOptions options)
{
    // Below it the cell of the other kind of day is taken too, and below it still the whole reference.
    private const long LeastInCell = 200;

    // A few payments of a rare value have no distribution.
    private const int LeastInWindow = 200;

    private readonly SlidingCounts _window = new(reference[0].Count, options.Steps);
    private readonly SlidingCounts _cells = new(ClockCell.Count, options.Steps);
    private readonly long[][] _reference = [.. reference.Select(static cell => cell.ToArray())];
    private readonly long[] _inCell = [.. reference.Select(static cell => cell.Sum())];
    private readonly double[] _expected = new double[reference[0].Count];
    private readonly AlarmState _state = new();
    private int _steps;

    public DriftAlarmKind Kind => kind;

    public string Subject => subject;

    /// <summary>Reported, but raises no alarm.</summary>
    public bool IsExcluded { get; init; }

    /// <summary>Whether the last bin is for values that the reference does not name.</summary>
    public bool HasRest { get; init; }

    public bool IsRaised => _state.IsRaised;

    /// <summary>How far back it looks; it is not counted until there is as much history.</summary>
    public TimeSpan Reach { get; init; }

    /// <summary>There is less history than it looks back.</summary>
    public bool IsWaiting { get; set; }

    public int Payments => _window.Total;

    /// <summary>By bin.</summary>
    public ReadOnlySpan<int> Counts => _window.Sums;

    /// <summary>Of the last look.</summary>
    public Distance Distance { get; private set; }

    /// <summary>From where on it has drifted, chance included, at the last look.</summary>
    public Distance Limit { get; private set; }

    /// <summary>Share of payments with a value that the reference does not name, less what it has of such.</summary>
    public double NewShare { get; private set; }

    /// <summary>Which measure is furthest beyond its limit, or nearest to it.</summary>
    public DriftMeasure Worst { get; private set; }

    /// <summary>The worst as part of its limit; NaN when the window says nothing.</summary>
    public double Ratio { get; private set; } = double.NaN;

    public long ReferenceIn(int cell) => _inCell[cell];

    public void Add(int bin, int cell)
    {
        _window.Add(bin);
        _cells.Add(cell);
    }

    /// <summary>Counts a payment into the reference instead.</summary>
    public void Learn(int bin, int cell)
    {
        _reference[cell][bin]++;
        _inCell[cell]++;
    }

    public void Step()
    {
        _steps += IsWaiting ? 0 : 1;
        _window.Step();
        _cells.Step();
    }

    /// <summary>Measures the window; true when the alarm was raised or cleared.</summary>
    public bool Look()
    {
        // After it waited it has a window to fill, as everything had at the start.
        if (_window.Total < LeastInWindow || _steps < options.Steps - 1)
        {
            Ratio = double.NaN;
            return false;
        }

        var weight = Expect();
        Distance = Divergence.Between(_expected, weight, _window.Sums);
        var noise = Divergence.Noise(_window.Total, weight, Distance.Bins, options.Significance);
        Limit = new Distance(options.PsiLimit + noise.Psi, options.KsLimit + noise.Ks, options.JsLimit + noise.Js, noise.Bins);
        (Worst, Ratio) = (DriftMeasure.Psi, Distance.Psi / Limit.Psi);
        Consider(DriftMeasure.Js, Distance.Js / Limit.Js);
        if (isOrdered)
        {
            Consider(DriftMeasure.Ks, Distance.Ks / Limit.Ks);
        }

        if (HasRest)
        {
            NewShare = Math.Max(0, (_window.Sums[^1] / (double)_window.Total) - _expected[^1]);
            Consider(DriftMeasure.NewShare, NewShare / options.NewCategoryShare);
        }

        return !IsExcluded && _state.Update(Ratio, options);
    }

    public (double Value, double Limit) Measured(DriftMeasure measure) => measure switch
    {
        DriftMeasure.Psi => (Distance.Psi, Limit.Psi),
        DriftMeasure.Ks => (Distance.Ks, Limit.Ks),
        DriftMeasure.Js => (Distance.Js, Limit.Js),
        _ => (NewShare, options.NewCategoryShare),
    };

    private void Consider(DriftMeasure measure, double ratio)
    {
        if (ratio > Ratio)
        {
            (Worst, Ratio) = (measure, ratio);
        }
    }

    /// <summary>Fills in what the reference expects at the clock times of the window.</summary>
    /// <returns>Payments that this stands for: a mixture has the variance of the sum of w^2 / m.</returns>
    private double Expect()
    {
        Array.Clear(_expected);
        var all = _inCell.Sum();
        var variance = 0.0;
        for (var cell = 0; cell < ClockCell.Count; cell++)
        {
            var weight = _cells.Sums[cell] / (double)_cells.Total;
            if (weight <= 0)
            {
                continue;
            }

            var twin = ClockCell.Twin(cell);
            var (from, to, behind) = _inCell[cell] >= LeastInCell ? (cell, cell, _inCell[cell])
                : _inCell[cell] + _inCell[twin] >= LeastInCell ? (cell, twin, _inCell[cell] + _inCell[twin])
                : (-1, -1, all);
            if (behind == 0)
            {
                return 0;
            }

            variance += weight * weight / behind;
            for (var source = 0; source < ClockCell.Count; source++)
            {
                if (from >= 0 && source != from && source != to)
                {
                    continue;
                }

                for (var bin = 0; bin < _expected.Length; bin++)
                {
                    _expected[bin] += weight * _reference[source][bin] / behind;
                }
            }
        }

        return 1 / variance;
    }
}

internal enum DriftMeasure
{
    Psi,
    Ks,
    Js,
    NewShare,
}
