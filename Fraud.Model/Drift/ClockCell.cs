namespace Fraud.Model.Drift;

/// <summary>
/// Two-hour blocks of weekdays and of weekends, in UTC: 24 cells. Distributions are kept by cell, so that payments of a
/// Sunday night are held against those of reference nights at weekends, and no clock looks like a drift.
/// </summary>
public static class ClockCell
{
    public const int Count = 24;

    private const int BlocksADay = 12;
    private const long DayMs = 86_400_000;

    // 1970-01-01 was a Thursday.
    private const int FirstWeekday = 4;

    /// <param name="eventTimeMs">Milliseconds since 1970 UTC.</param>
    public static int Of(long eventTimeMs)
    {
        var day = Math.DivRem(eventTimeMs, DayMs, out var ofDay);
        if (ofDay < 0)
        {
            (day, ofDay) = (day - 1, ofDay + DayMs);
        }

        var weekday = (int)((((day + FirstWeekday) % 7) + 7) % 7);
        return (int)(ofDay / (DayMs / BlocksADay)) + (weekday is 0 or 6 ? BlocksADay : 0);
    }

    /// <summary>The same block on days of the other kind.</summary>
    public static int Twin(int cell) => (cell + BlocksADay) % Count;
}
