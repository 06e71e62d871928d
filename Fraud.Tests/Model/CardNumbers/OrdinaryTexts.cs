using static Fraud.Tests.Model.CardNumbers.WrittenIn;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>Texts of people and programs with numbers in them, and what is left of a card number that was masked.</summary>
internal static class OrdinaryTexts
{
    public static readonly OrdinaryKind[] All =
    [
        // Masked: at most twelve digits are left.
        Masked("masked, six and four", (card, _) => $"{card[..6]}******{card[^4..]}"),
        Masked("masked, eight and four", (card, _) => $"{card[..8]}****{card[^4..]}"),
        Masked("masked in groups", (card, random) => $"{card[..4]} {card[4..6]}{random.Of("**", "XX", "••")} **** {card[^4..]}"),
        Masked("masked, last four", (card, random) =>
            random.Of("**** **** **** ", "************", "XXXX-XXXX-XXXX-", "xxxxxxxxxxxx", "•••• ", "...", "ending in ") + card[^4..]),
        Masked("masked, first and last four", (card, random) =>
            $"{card[..4]}{random.Of("...", "********", "…", " .... .... ")}{card[^4..]}"),
        Masked("masked, American Express", (card, _) => $"37{card[2..4]} ****** *{card[^4..]}"),
        Masked("masked by zeros' letters", (card, _) => $"{card[..6]}OOOOOO{card[^4..]}"),
        Masked("issuer and last four", (card, random) => $"{card[..6]}{random.Of("-", "/", " ", ":", "_")}{card[^4..]}"),
        Masked("long issuer and last four", (card, random) => $"{card[..8]}{random.Of("-", "/", " ", ":", "_")}{card[^4..]}"),
        Masked("issuer alone", (card, random) => card[..random.Of(6, 8)]),
        Masked("brand and last four", (card, random) => $"{random.Of("Visa", "MC", "Amex")} {card[^4..]}, exp. 12/28"),
        Likely("issuer, last four and expiry", "fourteen digits, as Diners Club has", WrittenIn.Card | WrittenIn.Note, random =>
        {
            var card = CardSchemes.Draw(random);
            return $"{card[..6]}-{card[^4..]} {random.Number(1, 12, 2)}/{random.Number(25, 34)}";
        }),

        // Addresses and places.
        Never("ipv4", "at most twelve digits", AnyId | WrittenIn.Note, Ipv4),
        Likely("ipv4 with port", "up to seventeen digits in five groups", WrittenIn.Terminal | WrittenIn.Note, random =>
            $"{Ipv4(random)}:{random.Number(1_024, 65_535)}"),
        Likely("coordinates", "up to seventeen digits: Berlin's latitude begins like Mastercard", WrittenIn.Note, random =>
            $"{random.Number(35, 69)}.{random.Digits(6)}, {random.Number(1, 179)}.{random.Digits(6)}"),
        Never("postal address", "numbers between words", WrittenIn.Note, random =>
            $"Hauptstraße {random.Number(1, 250)}, {random.Digits(5)} Berlin, {random.Number(1, 9)}. Stock"),

        // Amounts and times.
        Never("amount", "with thousands", WrittenIn.Note, random =>
            random.Filled("#,###,###.##", "###.###,## EUR", "##\u00A0###,## €", "CHF #'###.##", "Rs #,##,###/-")),
        Never("amount in a large currency", "rupiah and dong: up to twelve digits", WrittenIn.Note, random =>
            $"Rp {random.Number(1, 999)}.{random.Digits(3)}.{random.Digits(3)},00"),
        Never("date", "eight digits", WrittenIn.Note, random =>
            random.Moment(random.Of("yyyy-MM-dd", "dd.MM.yyyy", "MM/dd/yyyy", "d. M. yyyy", "yyyy年M月d日"))),
        Never("time of ISO 8601", "a letter between the date and the time", AnyId | WrittenIn.Note, random =>
            random.Moment(random.Of("yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mm:ss.fffZ", "yyyyMMddTHHmmssZ"))),
        Never("time, year first", "fourteen to seventeen digits that begin with 20", WrittenIn.Note, random =>
            random.Moment(random.Of("yyyy-MM-dd HH:mm:ss", "yyyy/MM/dd HH:mm:ss.fff", "yyyy-MM-dd_HH-mm-ss"))),
        Likely("time, month first", "thirteen digits behind the month's zero: those of June look like Maestro", WrittenIn.Note, random =>
            random.Moment("MM/dd/yyyy HH:mm:ss")),
        Likely("time, day first", "the 4th looks like Visa, the 30th like Diners Club", WrittenIn.Note, random =>
            random.Moment("dd.MM.yyyy HH:mm:ss")),
        Likely("time zone", "an offset behind the time: more groups, more rows of them", WrittenIn.Note, random =>
            $"{random.Moment("dd/MM/yyyy HH:mm:ss.fff")} +0{random.Number(1, 9)}00"),
        Never("version", "a few short numbers", WrittenIn.Terminal | WrittenIn.Note, random =>
            random.Filled("v#.##.###", "##.0.##-rc.#", "fw ##.##.####")),
        Likely("list of figures", "measurements, lottery numbers: some of its groups together", WrittenIn.Note, random =>
            string.Join(", ", Enumerable.Range(0, 12).Select(_ => random.Number(1, 49)))),

        // Notes. Words stand between their numbers.
        Never("english note", "a person's", WrittenIn.Note, random =>
            $"Customer called on {random.Moment("yyyy-MM-dd")} about " +
            random.Filled("order ########, refund of ###.## USD, call back at ########## before 5 pm.")),
        Never("german note", "a person's", WrittenIn.Note, random =>
            $"Kunde {random.Digits(7)} reklamiert Zahlung vom {random.Moment("dd.MM.yyyy")} " +
            random.Filled("über ###,## €, Rückruf unter 030 ####### erbeten.")),
        Never("french note", "a person's", WrittenIn.Note, random =>
            random.Filled("Commande n° ######### payée ##,## € le ") + random.Moment("dd/MM/yyyy") +
            random.Filled(", tél. 0# ## ## ## ##.")),
        Never("spanish note", "a person's", WrittenIn.Note, random =>
            random.Filled("El cliente ###### no reconoce ##,## € del ") + random.Moment("dd-MM-yyyy") +
            random.Filled(" en el terminal ########.")),
        Never("russian note", "a person's", WrittenIn.Note, random =>
            $"Заказ {random.Digits(8)} на сумму {random.Amount()} руб. от {random.Moment("dd.MM.yyyy")}, тел. 8 {random.Digits(10)}"),
        Never("arabic note", "in the digits of its script", WrittenIn.Note, random =>
            $"\u0637\u0644\u0628 {In(random.Digits(8), 0x0660)} " +
            $"\u0628\u0645\u0628\u0644\u063A {In(random.Digits(4), 0x0660)} \u062C\u0646\u064A\u0647"),
        Never("hindi note", "in the digits of its script", WrittenIn.Note, random =>
            $"ऑर्डर {In(random.Digits(8), 0x0966)} राशि {In(random.Digits(5), 0x0966)} रुपये"),
        Never("chinese note", "letters straight around the numbers", WrittenIn.Note, random =>
            $"订单{random.Digits(10)}金额{random.Amount()}元，电话1{random.Digits(10)}"),
        Never("japanese note", "in full-width digits", WrittenIn.Note, random =>
            $"注文番号{In(random.Digits(8), 0xFF10)}、金額{In(random.Digits(5), 0xFF10)}円"),
        Never("note without numbers", "a person's", WrittenIn.Note, random =>
            random.Of("Card stolen, customer confirms by phone.", "Falscher Alarm, Kunde auf Reisen.", "Fraude avérée.", "ok", "✅")),

        // What programs write.
        Never("json of a payment", "an amount, a day and an id with letters", WrittenIn.Note, random =>
            random.Filled("{\"id\":\"tx_a######\",\"amount\":##.##,\"at\":\"") + random.Moment("yyyy-MM-ddTHH:mm:ssZ") + "\"}"),
        Never("url with ids", "short numbers", WrittenIn.Note, random =>
            $"https://shop.example/orders/{random.Digits(8)}?page={random.Number(1, 99)}&lang=de"),
        Never("exception", "lines of source text", WrittenIn.Note, random =>
            $"System.TimeoutException: no answer in {random.Digits(4)} ms at Shop.Pay.Send() in Pay.cs:line {random.Number(1, 999)}"),
        Never("e-mail address", "a name and a year", WrittenIn.Customer | WrittenIn.Note, random =>
            $"{random.Letters(6)}.{random.Letters(8)}{random.Number(1_950, 2_010)}@example.com"),
        Never("e-mail address of digits", "QQ: eleven digits", WrittenIn.Customer, random => $"{random.Digits(9, 11)}@qq.com"),
        Never("user agent", "versions between words", WrittenIn.Note, random =>
            $"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{random.Number(100, 150)}.0.0.0 Safari/537.36"),
    ];

    private static OrdinaryKind Masked(string name, Func<string, Random, string> mask) =>
        new(name, "what is left of a card number that was masked", WrittenIn.Card | WrittenIn.Note, random =>
            mask(CardSchemes.Draw(random), random));

    private static OrdinaryKind Likely(string name, string description, WrittenIn fields, Func<Random, string> write) =>
        new(name, description, fields, write) { MayLookLikeOne = true };

    private static OrdinaryKind Never(string name, string description, WrittenIn fields, Func<Random, string> write) =>
        new(name, description, fields, write);

    private static string Ipv4(Random random) => string.Join('.', Enumerable.Range(0, 4).Select(_ => random.Number(1, 254)));

    private static string In(string digits, int zero) => string.Concat(digits.Select(digit => (char)(zero + (digit - '0'))));
}
