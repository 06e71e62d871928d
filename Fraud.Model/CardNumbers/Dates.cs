namespace Fraud.Model.CardNumbers;

/// <summary>
/// Dates and times whose digits stand together: 30 begins cards of Diners Club and many a day, 22 to 27 Mastercards and years.
/// </summary>
internal static class Dates
{
    private const int Date = 8;
    private const int DateAndTime = 14;
    private const int WithCounter = 16;

    /// <summary>Whether the candidate is a date and time, or one of its groups is a date.</summary>
    public static bool Hold<TUnit, TUnits>(in CardNumberWindow window, int digits, in DigitGroups<TUnit, TUnits> groups, bool hasZero, CardNumberReach reach)
        where TUnit : unmanaged
        where TUnits : struct, ITextUnits<TUnit>
    {
        // The zero in front of ddMMyyyyHHmmss was passed over.
        var at = hasZero ? -1 : 0;
        if (digits - at >= DateAndTime && (IsDayFirst(in window, at) || IsMonthFirst(in window, at)) && IsTime(in window, at + Date))
        {
            return true;
        }

        // yyMMddHHmmss with a counter of four digits is an ordinary identifier.
        if (reach == CardNumberReach.WholeGroups && digits == WithCounter && window.Digits[0] == 2
            && IsDay(Two(in window, 4), Two(in window, 2)) && IsTime(in window, 6))
        {
            return true;
        }

        for (var i = 0; groups.Count > 1 && i < groups.Count; i++)
        {
            var first = groups.First(i);
            if (groups.Digits(i) is Date or DateAndTime && (IsDayFirst(in window, first) || IsYearFirst(in window, first)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether these two digits begin a year.</summary>
    public static bool IsYear(int century) => century is 19 or 20;

    /// <summary>Whether there is such a day.</summary>
    public static bool IsDay(int day, int month) => day is >= 1 and <= 31 && month is >= 1 and <= 12;

    private static bool IsDayFirst(in CardNumberWindow window, int at) =>
        IsDay(Two(in window, at), Two(in window, at + 2)) && IsYear(Two(in window, at + 4));

    private static bool IsMonthFirst(in CardNumberWindow window, int at) =>
        IsDay(Two(in window, at + 2), Two(in window, at)) && IsYear(Two(in window, at + 4));

    private static bool IsYearFirst(in CardNumberWindow window, int at) =>
        IsYear(Two(in window, at)) && IsDay(Two(in window, at + 6), Two(in window, at + 4));

    private static bool IsTime(in CardNumberWindow window, int at) =>
        Two(in window, at) <= 23 && Two(in window, at + 2) <= 59 && Two(in window, at + 4) <= 59;

    // At -1 the zero counts that stands before the window.
    private static int Two(in CardNumberWindow window, int at) => ((at < 0 ? 0 : window.Digits[at]) * 10) + window.Digits[at + 1];
}
