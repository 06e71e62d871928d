namespace Fraud.Model.Training;

/// <summary>Where and how the payments model is measured, so that its figures can be held against the handbook's.</summary>
public static class QualityProtocol
{
    /// <summary>Last day of the handbook's file.</summary>
    private static readonly DateOnly LastDay = new(2018, 8, 31);

    /// <summary>
    /// The handbook's test weeks (chapter 5: trained on 2018-07-25 and shifted by a week each time), with the week before
    /// them, because the file ends on the third day of the last: that one is marked as cut.
    /// </summary>
    public static IReadOnlyList<TrainingOptions> HandbookWeeks(TrainingOptions options) =>
        [.. Enumerable.Range(-1, 5).Select(week => Cut(options with { TrainFrom = new DateOnly(2018, 7, 25).AddDays(7 * week) }))];

    /// <summary>
    /// The handbook's validation weeks, which end before its first test week does: parameters are chosen on them.
    /// </summary>
    public static IReadOnlyList<TrainingOptions> ValidationWeeks(TrainingOptions options) =>
        [.. Enumerable.Range(-3, 4).Select(week => options with { TrainFrom = new DateOnly(2018, 7, 11).AddDays(7 * week) })];

    /// <summary>Twelve weeks to train on, the last two of the file to test on, no card left out.</summary>
    public static TrainingOptions TwelveWeeks(TrainingOptions options) => options with
    {
        TrainFrom = LastDay.AddDays(-(84 + options.DelayDays + 14 - 1)),
        TrainDays = 84,
        TestDays = 14,
        ValidationDays = 14,
        DropKnownCards = false,
    };

    public static bool IsCut(TrainingOptions options) => options.TestDays < 7;

    private static TrainingOptions Cut(TrainingOptions options) => options.TestTo <= LastDay
        ? options
        : options with { TestDays = LastDay.DayNumber - options.TestFrom.DayNumber + 1 };
}
