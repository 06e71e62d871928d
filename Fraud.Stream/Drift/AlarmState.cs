namespace Fraud.Stream.Drift;

/// <summary>Raised after several looks in a row at or above the limit, cleared after as many well below it.</summary>
internal sealed class AlarmState
{
    private int _above;
    private int _below;

    public bool IsRaised { get; private set; }

    /// <param name="ratio">What was measured, as part of its limit; NaN when there was nothing to measure, which raises nothing and clears.</param>
    /// <returns>Whether it was raised or cleared by this.</returns>
    public bool Update(double ratio, DriftOptions options)
    {
        _above = ratio >= 1 ? _above + 1 : 0;
        _below = ratio < options.ClearAt || double.IsNaN(ratio) ? _below + 1 : 0;
        if (IsRaised ? _below < options.Confirm : _above < options.Confirm)
        {
            return false;
        }

        IsRaised = !IsRaised;
        return true;
    }
}
