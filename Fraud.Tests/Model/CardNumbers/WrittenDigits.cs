using System.Globalization;
using System.Text;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>
/// Reads a text as a person would: its decimal digits of any script in groups, and groups together as long as no letter and no more
/// than a few signs stand between them. It is slow and takes all that may be meant; it decides what a sample is, not what to do with it.
/// </summary>
internal static class WrittenDigits
{
    /// <summary>Blanks of an indented line, or a line's end with a quotation's sign; six asterisks are a mask and join nothing.</summary>
    private const int LongestGap = 5;

    /// <summary>Every decimal digit of the text, as 0 to 9.</summary>
    public static string All(string text)
    {
        var digits = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Digit(rune) is { } digit)
                digits.Append(digit);
        }

        return digits.ToString();
    }

    /// <summary>Every row of digits that groups of the text make together, up to nineteen digits without zeros before them.</summary>
    public static IEnumerable<string> Candidates(string text)
    {
        foreach (var row in Rows(text))
        {
            for (var first = 0; first < row.Count; first++)
            {
                var digits = "";
                for (var last = first; last < row.Count; last++)
                {
                    digits = (digits + row[last]).TrimStart('0');
                    if (digits.Length > 19)
                        break;
                    yield return digits;
                }
            }
        }
    }

    /// <summary>Groups of digits; those in one row have only signs between them.</summary>
    private static List<List<string>> Rows(string text)
    {
        List<List<string>> rows = [[]];
        var group = new StringBuilder();
        var gap = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Digit(rune) is { } digit)
            {
                if (gap > LongestGap)
                    rows.Add([]);
                gap = 0;
                group.Append(digit);
                continue;
            }

            if (group.Length > 0)
                rows[^1].Add(group.ToString());
            group.Clear();
            gap = Rune.IsLetter(rune) ? LongestGap + 1 : gap + 1;
        }

        if (group.Length > 0)
            rows[^1].Add(group.ToString());
        return rows;
    }

    private static char? Digit(Rune rune)
    {
        var value = CharUnicodeInfo.GetDecimalDigitValue(rune.ToString(), 0);
        return value < 0 ? null : (char)('0' + value);
    }
}
