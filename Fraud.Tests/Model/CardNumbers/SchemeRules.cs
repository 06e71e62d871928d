using System.Text.RegularExpressions;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>The schemes' numbers once more, as patterns, so that a slip in the ranges they are drawn from is seen.</summary>
internal static class SchemeRules
{
    public static readonly Dictionary<string, Regex> ByScheme = new(StringComparer.Ordinal)
    {
        ["Visa"] = Pattern(@"4\d{12}(\d{3}){0,2}"),
        ["Mastercard"] = Pattern(@"(5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"),
        ["American Express"] = Pattern(@"3[47]\d{13}"),
        ["Discover"] = Pattern(@"(6011|64[4-9]\d|65\d\d)\d{12,15}"),
        ["Diners Club"] = Pattern(@"(30[0-5]\d|3095|36\d\d|3[89]\d\d)\d{10}|36\d{14,17}"),
        ["JCB"] = Pattern(@"35(2[89]|[3-8]\d)\d{12,15}"),
        ["UnionPay"] = Pattern(@"(62|81)\d{14,17}"),
        ["Maestro"] = Pattern(@"(50|5[678]|6\d)\d{11,17}"),
        ["Mir"] = Pattern(@"220[0-4]\d{12,15}"),
        ["RuPay"] = Pattern(@"(508\d|60\d\d|65[23]\d|8[12]\d\d)\d{12}"),
        ["Troy"] = Pattern(@"9792\d{12}"),
        ["Elo"] = Pattern(@"(40117[89]|438935|45763[12]|506(699|7[0-6]\d|77[0-8])|509\d{3}|636368|65003[1-3])\d{10}"),
        ["Verve"] = Pattern(@"(5060(99)|5061([0-8]\d|9[0-8])|6500(0[2-9]|1\d|2[0-7]))(\d{10}|\d{12,13})"),
    };

    private static readonly Regex Any = Pattern(string.Join('|', ByScheme.Values.Select(rule => rule.ToString())));

    /// <summary>Whether a reader who knows every scheme must take these digits for a card number.</summary>
    public static bool IsOne(string digits) => digits.Length is >= 13 and <= 19 && HasCheckDigit(digits) && Any.IsMatch(digits);

    /// <summary>By the table of doubled digits, from the right.</summary>
    public static bool HasCheckDigit(string digits)
    {
        int[] doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
        var sum = 0;
        for (int i = digits.Length - 1, place = 1; i >= 0; i--, place++)
            sum += place % 2 == 0 ? doubled[digits[i] - '0'] : digits[i] - '0';
        return sum % 10 == 0;
    }

    private static Regex Pattern(string rule) => new($"^(?:{rule})\\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
}
