using static Fraud.Tests.Model.CardNumbers.WrittenIn;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>
/// Numbers that others give out: banks, states, makers, carriers. Many have as many digits as a card, some its check digit.
/// </summary>
internal static class OrdinaryNumbers
{
    public static readonly OrdinaryKind[] All =
    [
        // Banks.
        Never("iban of few digits", "the Netherlands: ten digits behind the letters", WrittenIn.Customer | WrittenIn.Note, random =>
            CheckDigits.Iban("NL", random.Of("ABNA", "INGB", "RABO") + random.Digits(10))),
        Likely("iban", "thirteen to twenty digits in a row behind the letters", WrittenIn.Customer | WrittenIn.Note, Iban),
        Likely("iban in fours", "as it is printed: four of its groups are sixteen digits", WrittenIn.Customer | WrittenIn.Note, random =>
            string.Join(' ', Grouping.EveryFew(Iban(random), 4))),
        Never("bic", "eight or eleven letters", WrittenIn.Note, random => $"{random.Capitals(4)}DEFF{random.Of("", "XXX", "500")}"),
        Never("sort code and account", "fourteen digits, kept apart by a word", WrittenIn.Note, random =>
            $"{random.Digits(2)}-{random.Digits(2)}-{random.Digits(2)} account {random.Digits(8)}"),
        Never("retrieval reference", "twelve digits", WrittenIn.Transaction, random => random.Digits(12)),
        Never("acquirer reference", "23 digits with a Luhn check digit: longer than any card's", WrittenIn.Transaction, random =>
            CheckDigits.WithLuhn($"{random.Of("2", "7")}{random.Digits(21)}")),
        Likely("network transaction id", "fifteen digits by Visa", WrittenIn.Transaction, random => random.Digits(15)),
        Never("network reference", "letters and digits by Mastercard", WrittenIn.Transaction, random =>
            $"{random.Of("MCC", "MDS", "MWE")}{random.Digits(6)}  {random.Number(1, 12, 2)}{random.Number(1, 28, 2)}"),
        Likely("merchant number", "fifteen digits", WrittenIn.Terminal, random => $"{random.Next(1, 10)}{random.Digits(14)}"),
        Never("merchant number with zeros", "fifteen digits, six of them zeros before", WrittenIn.Terminal, random =>
            $"000000{random.Digits(9)}"),
        Never("terminal number", "eight digits", WrittenIn.Terminal, random => random.Digits(8)),
        Likely("serial number of a terminal", "digits by groups of three, to fifteen", WrittenIn.Terminal, random =>
            string.Join('-', Grouping.EveryFew(random.Digits(15), 3))),

        // Goods.
        Likely("ean-13", "thirteen digits; those of 40 to 50 and 60 to 69 look like a card", AnyId | WrittenIn.Note, random =>
            CheckDigits.WithGs1(random.Of("30", "40", "42", "45", "49", "50", "64", "69", "73", "80", "87") + random.Digits(10))),
        Never("isbn-13", "thirteen digits that begin with 978 or 979", WrittenIn.Note, random =>
            Dashed(CheckDigits.WithGs1(random.Of("978", "979") + random.Digits(9)), random, 3, 1, 5, 3)),
        Likely("gtin-14", "fourteen digits", AnyId | WrittenIn.Note, random =>
            CheckDigits.WithGs1($"{random.Next(1, 10)}{random.Digits(12)}")),
        Likely("sscc-18", "eighteen digits behind (00)", WrittenIn.Transaction | WrittenIn.Note, random =>
            random.Of("", "(00)", "(00) ") + CheckDigits.WithGs1($"{random.Next(0, 10)}{random.Digits(16)}")),

        // Devices.
        Never("imei", "fifteen digits with a Luhn check digit, in ranges where no card has fifteen", AnyId | WrittenIn.Note, Imei),
        Never("imei in groups", "35-209900-176148-1", WrittenIn.Terminal | WrittenIn.Note, random =>
            string.Join('-', Grouping.Cut(Imei(random), 2, 6, 6))),
        Likely("imei with software version", "sixteen digits; from 3528 to 3589 in JCB's range", WrittenIn.Terminal, random =>
            random.Of("35", "86", "01", "99") + random.Digits(14)),
        Never("iccid", "SIM cards: 89 and seventeen digits, the last a Luhn check digit", WrittenIn.Terminal | WrittenIn.Customer, random =>
            CheckDigits.WithLuhn($"89{random.Of("49", "44", "33", "01", "86")}{random.Digits(14)}")),
        Likely("imsi", "fifteen digits that begin with the country: 310, 505 and 510 among others", WrittenIn.Customer, random =>
            random.Of("262", "310", "234", "505", "510", "502", "460") + random.Digits(12)),
        Never("mac address", "twelve hexadecimal digits", WrittenIn.Terminal, random =>
            string.Join(random.Of(":", "-"), Grouping.EveryFew(random.Hex(12), 2))),
        Never("mmsi", "ships: nine digits", WrittenIn.Terminal, random => $"2{random.Digits(8)}"),
        Never("vin", "vehicles: seventeen letters and digits", AnyId, random =>
            $"W{random.Capitals(2)}{random.Base32Of(5)}{random.Capitals(3)}{random.Digits(6)}"),

        // People and firms. South African and French numbers have the check digit of cards by design.
        Never("phone", "E.164 of eleven or twelve digits", WrittenIn.Customer | WrittenIn.Note, random =>
            random.Of("+1", "+44", "+33", "+34", "+91") + random.Digits(10)),
        Never("phone in groups", "international, as people write it", WrittenIn.Customer | WrittenIn.Note, random =>
            $"+1 ({random.Digits(3)}) {random.Digits(3)}-{random.Digits(4)}"),
        Never("phone at home", "national, as people write it", WrittenIn.Customer | WrittenIn.Note, random =>
            random.Filled("030 #######", "0###/######", "(###) ###-####", "0# ## ## ## ##")),
        Likely("phone of 13 digits", "German and Austrian mobiles begin like Visa", WrittenIn.Customer | WrittenIn.Note, random =>
            random.Filled("+49151########", "+49 160 ########", "0049 171 ########", "+43 664 ########")),
        Never("tax number", "nine to twelve digits", WrittenIn.Customer | WrittenIn.Note, random =>
            random.Filled("DE#########", "###########", "##-#######", "PL ##########", "############")),
        Likely("cnpj", "Brazilian firms: fourteen digits", WrittenIn.Customer | WrittenIn.Note, random =>
            $"{random.Digits(2)}.{random.Digits(3)}.{random.Digits(3)}/0001-{random.Digits(2)}"),
        Likely("siret", "French firms: fourteen digits with a Luhn check digit", WrittenIn.Customer | WrittenIn.Note, random =>
            CheckDigits.WithLuhn($"{random.Next(3, 10)}{random.Digits(12)}")),
        Likely("south african id", "a birthday and seven digits, the last a Luhn check digit", WrittenIn.Customer, random =>
            CheckDigits.WithLuhn($"{random.Number(40, 99)}{random.Number(1, 12, 2)}{random.Number(1, 28, 2)}{random.Digits(4)}08")),
        Likely("chinese id", "eighteen digits that begin with the province", WrittenIn.Customer, random =>
            random.Filled("11####", "31####", "44####", "50####", "51####", "61####", "62####", "63####") +
            $"19{random.Number(50, 99)}{random.Number(1, 12, 2)}{random.Number(1, 28, 2)}{random.Digits(4)}"),
        Never("aadhaar", "twelve digits in fours, as a card has sixteen", WrittenIn.Customer | WrittenIn.Note, random =>
            string.Join(' ', Grouping.EveryFew($"{random.Next(2, 10)}{random.Digits(11)}", 4))),
        Never("social security number", "nine digits", WrittenIn.Customer, random =>
            $"{random.Digits(3)}-{random.Digits(2)}-{random.Digits(4)}"),
        Never("date of birth and number", "ten or twelve digits of Nordic states", WrittenIn.Customer, random =>
            $"{random.Number(40, 99)}{random.Number(1, 12, 2)}{random.Number(1, 28, 2)}-{random.Digits(4)}"),

        // Carriers.
        Likely("ups", "1Z and sixteen letters and digits, of which all may be digits", WrittenIn.Transaction | WrittenIn.Note, random =>
            $"1Z{random.Of(random.Base32Of(6), random.Digits(6))}{random.Digits(10)}"),
        Likely("fedex", "12, 15, 20 or 22 digits", WrittenIn.Transaction | WrittenIn.Note, random =>
            random.Digits(random.Of(12, 15, 20, 22))),
        Likely("dhl", "ten to twenty digits", WrittenIn.Transaction | WrittenIn.Note, random =>
            random.Of("JJD", "", "00") + random.Digits(10, 20)),
        Likely("usps", "22 digits in fours: any four of its groups are sixteen digits", WrittenIn.Transaction | WrittenIn.Note, random =>
            string.Join(' ', Grouping.EveryFew($"94{random.Digits(20)}", 4))),
        Never("registered letter", "nine digits between letters", WrittenIn.Transaction | WrittenIn.Note, random =>
            $"R{random.Capitals(1)}{random.Digits(9)}DE"),

        // Bare digits: what the check digit and the ranges tell apart.
        Never("13 to 19 digits of wrong check digit", "a typing error, or any number", AnyId | WrittenIn.Note, random =>
        {
            var body = random.Digits(12, 18);
            return body + (char)('0' + ((CheckDigits.LuhnOf(body) - '0' + random.Next(1, 10)) % 10));
        }),
        Never("card of wrong check digit", "a scheme's range and length: a mistyped card", AnyId | WrittenIn.Note, random =>
        {
            var card = CardSchemes.Draw(random);
            return card[..^1] + (char)('0' + ((card[^1] - '0' + random.Next(1, 10)) % 10));
        }),
        Never("right check digit of no scheme", "13 to 19 digits of a first part that no scheme has", AnyId | WrittenIn.Note, OfNoScheme),
        Never("right check digit of another length", "a scheme's first digits, not its length", AnyId | WrittenIn.Note, OfAnotherLength),
        Never("repeated digit", "a placeholder: the same digit sixteen times", AnyId | WrittenIn.Note, random =>
            new string(random.Of('1', '2', '7', '9'), 16)),
        Never("zeros", "a placeholder", AnyId | WrittenIn.Note, random => new string('0', random.Next(13, 20))),
        Never("counting up", "a placeholder", AnyId | WrittenIn.Note, random =>
            random.Of("1234567890123456", "0123456789012345", "1234-5678-9012-3456")),
    ];

    private static OrdinaryKind Likely(string name, string description, WrittenIn fields, Func<Random, string> write) =>
        new(name, description, fields, write) { MayLookLikeOne = true };

    private static OrdinaryKind Never(string name, string description, WrittenIn fields, Func<Random, string> write) =>
        new(name, description, fields, write);

    private static string Iban(Random random) => random.Of("DE", "AT", "BE", "ES", "GB", "NO", "PL", "CH", "FR") switch
    {
        "AT" => CheckDigits.Iban("AT", random.Digits(16)),
        "BE" => CheckDigits.Iban("BE", random.Digits(12)),
        "ES" => CheckDigits.Iban("ES", random.Digits(20)),
        "GB" => CheckDigits.Iban("GB", random.Of("NWBK", "BARC") + random.Digits(14)),
        "NO" => CheckDigits.Iban("NO", random.Digits(11)),
        "PL" => CheckDigits.Iban("PL", random.Digits(24)),
        "CH" => CheckDigits.Iban("CH", random.Digits(17)),
        "FR" => CheckDigits.Iban("FR", random.Digits(10) + random.Capitals(1) + random.Digits(12)),
        _ => CheckDigits.Iban("DE", random.Digits(18)),
    };

    private static string Imei(Random random) => CheckDigits.WithLuhn(random.Of("35", "86", "01", "99") + random.Digits(12));

    private static string Dashed(string digits, Random random, params ReadOnlySpan<int> sizes) =>
        string.Join(random.Of("", "-", " "), Grouping.Cut(digits, sizes));

    private static string OfNoScheme(Random random)
    {
        // 1 with fifteen digits is UATP's; 86, 97 and 98 are in the hands of Asian schemes.
        var first = random.Of(
            "10", "12", "15", "19", "20", "28", "29", "31", "32", "33", "70", "73", "77", "79", "80", "83", "84", "88", "90", "93", "95");
        int length;
        do
            length = random.Next(13, 20);
        while (length == 15 && first[0] == '1');
        return CheckDigits.WithLuhn(first + random.Digits(length - 3));
    }

    private static string OfAnotherLength(Random random)
    {
        var (first, length) = random.Of(
            ("4", 14), ("4", 15), ("4", 17), ("4", 18),
            ("53", 13), ("53", 15), ("53", 17),
            ("34", 13), ("37", 14), ("37", 16),
            ("301", 16), ("354", 15), ("2202", 15), ("9792", 17));
        return CheckDigits.WithLuhn(first + random.Digits(length - 1 - first.Length));
    }
}
