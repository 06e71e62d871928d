using static Fraud.Tests.Model.CardNumbers.Grouping;
using static Fraud.Tests.Model.CardNumbers.WrittenIn;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>Numbers within addresses, keys and people's notes.</summary>
internal static class EmbeddedSpellings
{
    private static readonly string[] Sentences =
    [
        "The customer called about the delivery and was told to wait.",
        "Der Kunde hat sich gemeldet und bittet um Rückruf.",
        "Le client demande un remboursement de 25,90 €.",
        "El pedido llegó tarde, 2 días después.",
        "Клиент просит перезвонить.",
        "お客様から連絡がありました。",
        "Order A-1043 was shipped on 12 March, paid in 3 parts.",
        "See ticket 88121 for the first answer.",
    ];

    public static readonly Spelling[] All =
    [
        // Addresses and keys.
        new("parameter of an URL", "web servers' logs", WrittenIn.Note, (digits, random) =>
            $"https://shop.example/pay?{random.Of("card", "pan", "cc", "number")}={digits}&amount={random.Amount()}"),
        new("last parameter of an URL", "web servers' logs", WrittenIn.Note, (digits, _) => $"https://shop.example/pay?id=7&card={digits}"),
        new("path of an URL", "REST", WrittenIn.Note, (digits, _) => $"https://api.example/v2/cards/{digits}/tokens"),
        new("relative path", "REST", Anywhere, (digits, _) => $"/cards/{digits}/use"),
        new("fragment of an URL", "single-page programs", WrittenIn.Note, (digits, _) => $"https://shop.example/#{digits}"),
        new("port and path", "an address with other figures before it", WrittenIn.Note, (digits, _) =>
            $"http://10.0.0.12:8080/{digits}?v=1.2.3"),
        new("before the at sign", "e-mail addresses made for tests and guests", Anywhere, (digits, _) => $"{digits}@example.com"),
        new("tag of an e-mail address", "e-mail addresses made for guests", Anywhere, (digits, _) => $"guest+{digits}@example.com"),
        new("host name", "subdomains made for each customer", Anywhere, (digits, _) => $"c{digits}.example.com"),
        new("file name", "scans of cards", Anywhere, (digits, random) => $"scan_{digits}.{random.Of("pdf", "png", "jpg", "mp4")}"),
        new("file name with date", "scans of cards", Anywhere, (digits, random) => $"{random.Moment("yyyyMMdd")}_{digits}.pdf"),
        new("path of Windows", "scans of cards", Anywhere, (digits, _) => $@"C:\cards\{digits}\front.png"),
        new("URN", "identity providers", Anywhere, (digits, _) => $"urn:card:pan:{digits}"),
        new("key with date before", "ids made of a day and a card", Anywhere, (digits, random) => $"{random.Moment("yyyyMMdd")}-{digits}"),
        new("key with date behind", "ids made of a card and a day", Anywhere, (digits, random) =>
            $"{digits}-{random.Moment("yyyy-MM-dd")}"),
        new("key with counter", "ids made of a card and a counter", Anywhere, (digits, random) =>
            $"{digits}_{random.Number(0, 99_999, 5)}"),
        new("key with shop", "ids made of a shop and a card", Anywhere, (digits, random) => $"{random.Digits(4)}:{digits}"),
        new("after an UUID", "ids made of two", Anywhere, (digits, random) => $"{random.Uuid()}/{digits}"),
        new("before an UUID", "ids made of two", Anywhere, (digits, random) => $"{digits}-{random.Uuid()}"),
        new("between UUIDs", "ids made of three", WrittenIn.Note, (digits, random) => $"{random.Uuid()}-{digits}-{random.Uuid()}"),
        new("between clocks", "logs", WrittenIn.Note, (digits, random) =>
            $"{random.UnixMilliseconds()} {digits} {random.UnixMilliseconds()}"),
        new("mention", "chat messages", Anywhere, (digits, random) => random.Of("@", "#card") + digits),

        // Notes.
        new("first in a note", "people", WrittenIn.Note, (digits, random) => $"{digits} {Prose(random, 1, 4)}"),
        new("last in a note", "people", WrittenIn.Note, (digits, random) => $"{Prose(random, 1, 4)} {digits}"),
        new("in the middle of a note", "people", WrittenIn.Note, (digits, random) =>
            $"{Prose(random, 1, 4)} Card {digits}. {Prose(random, 1, 4)}"),
        new("in groups in the middle of a note", "people", WrittenIn.Note, (digits, random) =>
            $"{Prose(random, 1, 4)} Karte: {AsPrinted(digits, random.Of(" ", "-", "\u00A0"))}, {Prose(random, 1, 4)}"),
        new("in the middle of a long note", "a whole thread pasted into a case", WrittenIn.Note, (digits, random) =>
            Long($"card {AsPrinted(digits, random.Of("", " ", "-"))} was used", random.Next(1, FieldLimits.NoteCharacters - 100), random)),
        new("at the end of a long note", "what a reader that stops early would miss", WrittenIn.Note, (digits, random) =>
            Long(digits, FieldLimits.NoteCharacters, random)),
        new("at the start of a long note", "what a reader from the end would miss", WrittenIn.Note, (digits, random) =>
            Long($"{digits} ", 0, random)),
        new("among other numbers of a note", "people", WrittenIn.Note, (digits, random) =>
            random.Filled("Order ###### of ") + random.Moment("yyyy-MM-dd HH:mm") +
            $", {random.Amount()} EUR, card {digits} exp {Expiry(random)}, tel. 030 {random.Digits(7)}"),
        new("French note", "no-break blanks before a colon", WrittenIn.Note, (digits, _) =>
            $"Numéro de carte\u00A0: {AsPrinted(digits, "\u00A0")}\u00A0!"),
        new("Russian note", "people", WrittenIn.Note, (digits, _) =>
            $"Номер карты {AsPrinted(digits, " ")}, перезвоните"),
        new("Chinese note", "letters straight around the number", WrittenIn.Note, (digits, _) =>
            $"我的卡号是{digits}，请回电。"),
        new("Hebrew note", "written from right to left", WrittenIn.Note, (digits, _) =>
            $"\u05DB\u05E8\u05D8\u05D9\u05E1 {AsPrinted(digits, "-")} \u05EA\u05D5\u05D3\u05D4"),
    ];

    private static string Expiry(Random random) => SurroundedSpellings.Expiry(random);

    private static string Prose(Random random, int from, int to) =>
        string.Join(' ', Enumerable.Range(0, random.Next(from, to + 1)).Select(_ => random.Of<string>(Sentences)));

    /// <summary>As long as a note may be, with what is sought at this place, or as near to it as the note's end allows.</summary>
    private static string Long(string sought, int at, Random random)
    {
        var prose = Prose(random, 120, 120);
        at = Math.Min(at, FieldLimits.NoteCharacters - sought.Length - 1);
        var before = at == 0 ? "" : $"{prose[..at].TrimEnd("0123456789-".ToCharArray())} ";
        var behind = prose[..(FieldLimits.NoteCharacters - before.Length - sought.Length)].TrimStart("0123456789".ToCharArray());
        return before + sought + behind;
    }
}
