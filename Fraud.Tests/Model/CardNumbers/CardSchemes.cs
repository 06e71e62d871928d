using System.Globalization;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>First digits that a scheme gives to its issuers, and how long the numbers behind them are.</summary>
internal sealed record IssuerRange(int From, int To, params int[] Lengths);

internal sealed record CardScheme(string Name, params IssuerRange[] Ranges);

/// <summary>
/// The schemes whose numbers are written into the samples, by what they publish and ISO/IEC 7812 has. Every scheme is drawn as
/// often as every other: a rare one is missed as easily.
/// </summary>
internal static class CardSchemes
{
    public static readonly CardScheme[] All =
    [
        new("Visa", new IssuerRange(4, 4, 13, 16, 19)),
        new("Mastercard", new IssuerRange(51, 55, 16), new IssuerRange(2221, 2720, 16)),
        new("American Express", new IssuerRange(34, 34, 15), new IssuerRange(37, 37, 15)),
        new(
            "Discover",
            new IssuerRange(6011, 6011, 16, 17, 18, 19),
            new IssuerRange(644, 649, 16, 17, 18, 19),
            new IssuerRange(65, 65, 16, 17, 18, 19)),
        new(
            "Diners Club",
            new IssuerRange(300, 305, 14),
            new IssuerRange(3095, 3095, 14),
            new IssuerRange(36, 36, 14, 16, 17, 18, 19),
            new IssuerRange(38, 39, 14)),
        new("JCB", new IssuerRange(3528, 3589, 16, 17, 18, 19)),
        new("UnionPay", new IssuerRange(62, 62, 16, 17, 18, 19), new IssuerRange(81, 81, 16, 17, 18, 19)),
        new(
            "Maestro",
            new IssuerRange(50, 50, 13, 14, 15, 16, 17, 18, 19),
            new IssuerRange(56, 58, 13, 14, 15, 16, 17, 18, 19),
            new IssuerRange(6, 6, 13, 14, 15, 16, 17, 18, 19)),
        new("Mir", new IssuerRange(2200, 2204, 16, 17, 18, 19)),
        new(
            "RuPay",
            new IssuerRange(508, 508, 16),
            new IssuerRange(60, 60, 16),
            new IssuerRange(652, 653, 16),
            new IssuerRange(81, 82, 16)),
        new("Troy", new IssuerRange(9792, 9792, 16)),
        new(
            "Elo",
            new IssuerRange(401178, 401179, 16),
            new IssuerRange(438935, 438935, 16),
            new IssuerRange(457631, 457632, 16),
            new IssuerRange(506699, 506778, 16),
            new IssuerRange(509000, 509999, 16),
            new IssuerRange(636368, 636368, 16),
            new IssuerRange(650031, 650033, 16)),
        new("Verve", new IssuerRange(506099, 506198, 16, 18, 19), new IssuerRange(650002, 650027, 16, 18, 19)),
    ];

    /// <summary>A number of any scheme.</summary>
    public static string Draw(Random random) => DrawOf(random.Of<CardScheme>(All), random);

    /// <summary>A number of any scheme that is as long as one of these; of any length where none is named.</summary>
    public static string Draw(Random random, int[] lengths)
    {
        string digits;
        do
            digits = Draw(random);
        while (lengths.Length > 0 && !lengths.Contains(digits.Length));
        return digits;
    }

    public static string DrawOf(CardScheme scheme, Random random)
    {
        var range = random.Of<IssuerRange>(scheme.Ranges);
        var first = random.Next(range.From, range.To + 1).ToString(CultureInfo.InvariantCulture);
        var length = random.Of<int>(range.Lengths);
        return CheckDigits.WithLuhn(first + random.Digits(length - 1 - first.Length));
    }
}
