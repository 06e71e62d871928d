namespace Fraud.Stream.Retraining;

/// <summary>
/// The days of a retraining: some to train on, a gap, and the newest days whose labels are known for the gate. Whole days
/// in UTC.
/// </summary>
/// <param name="AsOf">The moment it is made at: what happened within the label delay before it is left out.</param>
public sealed record TrainingWindow(DateTimeOffset AsOf, DateOnly TrainFrom, int TrainDays, int GapDays, int GateDays)
{
    public DateOnly GateFrom => TrainFrom.AddDays(TrainDays + GapDays);

    /// <summary>The day after the last.</summary>
    public DateOnly End => GateFrom.AddDays(GateDays);

    /// <summary>The newest window at a moment.</summary>
    /// <param name="trainDays">Null: as the settings say; <paramref name="gateDays"/> too.</param>
    public static TrainingWindow At(
        DateTimeOffset asOf, TimeSpan labelDelay, RetrainingOptions options, int? trainDays = null, int? gateDays = null)
    {
        // A day counts when all of it is older than the delay.
        var end = DateOnly.FromDateTime((asOf - labelDelay).UtcDateTime);
        var gap = options.GapDays ?? (int)Math.Ceiling(labelDelay.TotalDays);
        var (train, gate) = (trainDays ?? options.TrainDays, gateDays ?? options.GateDays);
        return new TrainingWindow(asOf, end.AddDays(-gate - gap - train), train, gap, gate);
    }

    /// <summary>The same with its first training days left out.</summary>
    public TrainingWindow From(DateOnly first) => first <= TrainFrom
        ? this
        : this with { TrainFrom = first, TrainDays = TrainDays - (first.DayNumber - TrainFrom.DayNumber) };

    internal static long Ms(DateOnly day) =>
        new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
}
