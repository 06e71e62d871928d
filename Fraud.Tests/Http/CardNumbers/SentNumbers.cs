using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Fraud.Tests.Model.CardNumbers;

namespace Fraud.Tests.Http.CardNumbers;

/// <summary>A card number of its own for each field, each time spelled otherwise, and a search that finds any of them again.</summary>
internal sealed partial class SentNumbers(int seed)
{
    private static readonly Func<string, string>[] Spellings =
    [
        static digits => digits,
        static digits => Groups(digits, " "),
        static digits => Groups(digits, "-"),
        static digits => Groups(digits, "."),
        static digits => $"card:{digits}",
        static digits => $"{digits}-1",
        static digits => string.Concat(digits.Select(static digit => (char)(0xFF10 + digit - '0'))),
        static digits => Groups(digits, "\u00A0"),
        static digits => $"ref 7/{Groups(digits, "\u2011")} ok",
        static digits => $"{digits.Length}{digits}",
    ];

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    /// <summary>Where each was sent.</summary>
    public IEnumerable<string> Fields => _fields.Values;

    /// <summary>A text for the field with a new number in it.</summary>
    public string In(string field)
    {
        var digits = CheckDigits.WithLuhn("4" + _random.Digits(14));
        var text = Spellings[_fields.Count % Spellings.Length](digits);
        _fields.Add(digits, field);
        return text;
    }

    /// <summary>A new number, as digits alone.</summary>
    public string Digits(string field)
    {
        var digits = CheckDigits.WithLuhn("4" + _random.Digits(14));
        _fields.Add(digits, field);
        return digits;
    }

    /// <summary>The fields whose number is in the bytes, whatever stands between its digits; a number's half is enough.</summary>
    public IEnumerable<string> FoundIn(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var read = new StringBuilder(text.Length);
        foreach (var rune in Between().Replace(text, "").EnumerateRunes())
            read.Append(CharUnicodeInfo.GetDecimalDigitValue(rune.ToString(), 0) is >= 0 and var value ? (char)('0' + value) : ' ');

        var digits = read.ToString();
        return _fields.Where(number => digits.Contains(number.Key[..12], StringComparison.Ordinal)
            || digits.Contains(number.Key[4..], StringComparison.Ordinal)).Select(static number => number.Value);
    }

    private static string Groups(string digits, string separator) => string.Join(separator, digits.Chunk(4).Select(static four => new string(four)));

    // What may stand between two digits of one number.
    [GeneratedRegex(@"(?<=\p{Nd})[\s\-.:/\u00A0\u2011]{1,3}(?=\p{Nd})", RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex Between();
}
