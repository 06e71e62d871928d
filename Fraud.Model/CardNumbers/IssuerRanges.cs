namespace Fraud.Model.CardNumbers;

/// <summary>Card numbers of one scheme: their first six digits and how long they are.</summary>
/// <param name="Scheme">Name of the scheme.</param>
/// <param name="First">First six digits of the range's lowest number.</param>
/// <param name="Last">First six digits of the range's highest number.</param>
/// <param name="Lengths">Bit n is set where numbers of n digits are issued.</param>
public readonly record struct IssuerRange(string Scheme, int First, int Last, uint Lengths);

/// <summary>Which lengths card numbers have, by their first digits.</summary>
/// <remarks>
/// Left out on purpose: UATP (1, 15 digits), the old JCB range 1800 (15 digits) and Indonesia's GPN (1946). Clocks, snowflake ids
/// and counters begin with 1, and one in ten of them has a valid check digit; few cards of these ranges pay with a merchant.
/// </remarks>
public static class IssuerRanges
{
    /// <summary>Fewest digits of a card number.</summary>
    public const int Shortest = 13;

    /// <summary>Most digits of a card number (ISO/IEC 7812).</summary>
    public const int Longest = 19;

    private const int Prefixes = 10_000;
    private const uint Sixteen = 1u << 16;
    private const uint SixteenToNineteen = Sixteen | (1u << 17) | (1u << 18) | (1u << 19);
    private const uint ThirteenToNineteen = SixteenToNineteen | (1u << 13) | (1u << 14) | (1u << 15);
    private const uint Diners = SixteenToNineteen | (1u << 14);
    private const uint Verve = Sixteen | (1u << 18) | (1u << 19);

    private static readonly IssuerRange[] AllRanges =
    [
        new("Visa", 400_000, 499_999, Sixteen | (1u << 13) | (1u << 19)),
        new("Mastercard", 510_000, 559_999, Sixteen),
        new("Mastercard", 222_100, 272_099, Sixteen),
        new("American Express", 340_000, 349_999, 1u << 15),
        new("American Express", 370_000, 379_999, 1u << 15),
        new("Discover", 601_100, 601_199, SixteenToNineteen),
        new("Discover", 644_000, 659_999, SixteenToNineteen),
        new("Diners Club", 300_000, 305_999, Diners),
        new("Diners Club", 309_500, 309_599, Diners),
        new("Diners Club", 360_000, 369_999, Diners),
        new("Diners Club", 380_000, 399_999, Diners),
        new("JCB", 352_800, 358_999, SixteenToNineteen),
        new("UnionPay", 620_000, 629_999, SixteenToNineteen),
        new("UnionPay", 810_000, 819_999, SixteenToNineteen),
        new("Maestro", 500_000, 509_999, ThirteenToNineteen),
        new("Maestro", 560_000, 589_999, ThirteenToNineteen),
        new("Maestro", 600_000, 699_999, ThirteenToNineteen),
        new("Mir", 220_000, 220_499, SixteenToNineteen),
        new("BORICA, PayPak", 220_500, 220_599, Sixteen),
        new("RuPay", 353_000, 353_999, Sixteen),
        new("RuPay", 356_000, 356_999, Sixteen),
        new("RuPay", 508_000, 508_999, Sixteen),
        new("RuPay", 600_000, 609_999, Sixteen),
        new("RuPay", 650_000, 659_999, Sixteen),
        new("RuPay", 810_000, 829_999, Sixteen),
        new("Troy", 650_000, 659_999, Sixteen),
        new("Troy", 979_200, 979_299, Sixteen),
        new("Elo", 401_178, 401_179, Sixteen),
        new("Elo", 431_274, 431_274, Sixteen),
        new("Elo", 438_935, 438_935, Sixteen),
        new("Elo", 451_416, 451_416, Sixteen),
        new("Elo", 457_631, 457_632, Sixteen),
        new("Elo", 504_175, 504_175, Sixteen),
        new("Elo", 506_699, 506_778, Sixteen),
        new("Elo", 509_000, 509_999, Sixteen),
        new("Elo", 627_780, 627_780, Sixteen),
        new("Elo", 636_297, 636_368, Sixteen),
        new("Elo", 650_031, 655_058, Sixteen),
        new("Hipercard", 384_100, 384_160, Sixteen | (1u << 19)),
        new("Hipercard", 606_282, 606_282, Sixteen | (1u << 19)),
        new("Hipercard", 637_095, 637_612, Sixteen),
        new("Verve", 506_099, 506_198, Verve),
        new("Verve", 507_865, 507_964, Verve),
        new("Verve", 650_002, 650_027, Verve),
        new("Dankort", 457_100, 457_199, Sixteen),
        new("Dankort", 501_900, 501_999, Sixteen),
        new("Uzcard", 860_000, 860_099, Sixteen),
        new("Humo", 986_000, 986_099, Sixteen),
    ];

    // By the first four digits, bit 0 for 13 digits: 10 kB, which stay in the processor's cache. Ranges of five and six
    // digits lie within wider ones of the same lengths, so that four digits lose nothing.
    private static readonly byte[] ByPrefix = Build();

    /// <summary>All ranges; some overlap.</summary>
    public static IReadOnlyList<IssuerRange> All => AllRanges;

    /// <summary>Lengths of card numbers that begin with these four digits; bit n is set for n digits, 0 when there is none.</summary>
    /// <param name="firstFour">0 to 9999; anything else has none.</param>
    public static uint LengthsOf(int firstFour)
    {
        var lengths = ByPrefix;
        return (uint)firstFour < (uint)lengths.Length ? (uint)lengths[firstFour] << Shortest : 0;
    }

    private static byte[] Build()
    {
        var lengths = new byte[Prefixes];
        foreach (var range in AllRanges)
        {
            const int beyondPrefix = 100;
            for (var prefix = range.First / beyondPrefix; prefix <= range.Last / beyondPrefix; prefix++)
            {
                lengths[prefix] |= (byte)(range.Lengths >> Shortest);
            }
        }

        return lengths;
    }
}
