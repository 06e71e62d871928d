using static Fraud.Tests.Model.CardNumbers.Grouping;
using static Fraud.Tests.Model.CardNumbers.WrittenIn;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>Numbers in groups, and what stands between the groups that one can see.</summary>
internal static class SeparatorSpellings
{
    public static readonly Spelling[] All =
    [
        new("digits alone", "what most programs send", Anywhere, (digits, _) => digits),

        // One visible sign between the printed groups.
        Printed("blanks", "as on the card itself", " "),
        Printed("hyphens", "web forms", "-"),
        Printed("dots", "typed on a number pad", "."),
        Printed("slashes", "read aloud by groups and typed", "/"),
        Printed("backslashes", "exports that escape slashes", "\\"),
        Printed("underscores", "file names and keys", "_"),
        Printed("commas", "lists of groups", ","),
        Printed("semicolons", "four cells of a European CSV", ";"),
        Printed("colons", "keys of a cache", ":"),
        Printed("pipes", "four columns of a bank's file", "|"),
        Printed("plus signs", "blanks of a form in an URL", "+"),
        Printed("equals signs", "soft line ends of e-mail taken for text", "="),
        Printed("tildes", "EDI segments", "~"),
        Printed("asterisks", "EDI elements and telephone pads", "*"),
        Printed("number signs", "telephone pads", "#"),
        Printed("apostrophes", "Swiss thousands", "'"),
        Printed("at signs", "typed to slip past a filter", "@"),
        Printed("ampersands", "parameters without names", "&"),
        Printed("carets", "separator of tracks", "^"),
        Printed("angle brackets", "breadcrumbs", ">"),

        // More than one.
        Printed("two blanks", "columns of a receipt", "  "),
        Printed("four blanks", "columns of a report", "    "),
        Printed("blank, hyphen, blank", "typed by hand", " - "),
        Printed("comma and blank", "a list printed by a program", ", "),
        Printed("blank, pipe, blank", "a table in a wiki", " | "),
        Printed("two hyphens", "typed dashes", "--"),
        Printed("dots and blanks", "abbreviations", ". "),
        Printed("quotes and commas", "an array of four strings", "\",\""),
        Printed("closing and opening brackets", "four boxes of a form", "]["),
        Printed("brackets and blanks", "four boxes of a form", ") ("),

        // Signs that break the line, in notes only.
        Note("tabs", "cells copied from a spreadsheet", (digits, _) => AsPrinted(digits, "\t")),
        Note("line feeds", "groups on lines of their own", (digits, _) => AsPrinted(digits, "\n")),
        Note("carriage returns and line feeds", "the same from Windows", (digits, _) => AsPrinted(digits, "\r\n")),
        Note("carriage returns", "serial printers", (digits, _) => AsPrinted(digits, "\r")),
        Note("form feeds", "page ends of a printed report", (digits, _) => AsPrinted(digits, "\f")),
        Note("vertical tabs", "line ends within a cell of old spreadsheets", (digits, _) => AsPrinted(digits, "\v")),
        Note("field separators", "ASCII 28 to 31 in terminals' messages", (digits, random) =>
            AsPrinted(digits, random.Of("\u001C", "\u001D", "\u001E", "\u001F"))),
        Note("zero bytes", "fields of fixed width in C", (digits, _) => AsPrinted(digits, "\0")),
        Note("wrapped line", "an e-mail wrapped in the middle of the number", (digits, random) =>
        {
            var at = random.Next(1, digits.Length);
            return $"Card no. {digits[..at]}\n{digits[at..]} please";
        }),
        Note("wrapped quotation", "the same, answered to", (digits, _) =>
            $"> my card is {AsPrinted(digits[..8], " ")}\n> {AsPrinted(digits[8..], " ")} thanks"),
        Note("wrapped and indented", "a log's continued line", (digits, _) =>
            $"pan={AsPrinted(digits[..8], " ")}\n   {AsPrinted(digits[8..], " ")}"),

        // Other groups.
        new("fours", "16 digits as 4-4-4-4", Anywhere, (digits, _) => string.Join(' ', EveryFew(digits, 4))) { Lengths = [16] },
        new("4-6-5", "American Express", Anywhere, (digits, _) => string.Join(' ', Cut(digits, 4, 6))) { Lengths = [15] },
        new("4-6-4", "Diners Club", Anywhere, (digits, _) => string.Join(' ', Cut(digits, 4, 6))) { Lengths = [14] },
        new("4-4-4-3", "American Express in fours", Anywhere, (digits, _) => string.Join('-', EveryFew(digits, 4))) { Lengths = [15] },
        new("4-4-4-4-3", "19 digits", Anywhere, (digits, _) => string.Join(' ', EveryFew(digits, 4))) { Lengths = [19] },
        new("6-13", "UnionPay with 19 digits", Anywhere, (digits, _) => string.Join(' ', Cut(digits, 6))) { Lengths = [19] },
        new("issuer, account, check digit", "taken apart by ISO/IEC 7812", Anywhere, (digits, random) =>
            string.Join(random.Of(" ", "-", "."), Cut(digits, 6, digits.Length - 7))),
        new("eight and the rest", "issuers' numbers of eight digits", Anywhere, (digits, random) =>
            string.Join(random.Of(" ", "-", "/"), Cut(digits, 8))),
        new("last four apart", "receipts that set off the last four", Anywhere, (digits, random) =>
            string.Join(random.Of(" ", "-", "."), Cut(digits, digits.Length - 4))),
        new("pairs", "read aloud in pairs; bytes of BCD", Anywhere, (digits, random) =>
            string.Join(random.Of(" ", "-", ":"), EveryFew(digits, 2))),
        new("threes", "read aloud like a telephone number", Anywhere, (digits, random) =>
            string.Join(random.Of(" ", "-"), EveryFew(digits, 3))),
        new("fives", "numbers in lists of figures", Anywhere, (digits, _) => string.Join(' ', EveryFew(digits, 5))),
        new("each digit apart", "boxes of a paper form, OCR", Anywhere, (digits, random) =>
            string.Join(random.Of(" ", "-", ".", ","), EveryFew(digits, 1))),
        new("groups of any size", "OCR that sees gaps where none are", Anywhere, (digits, random) =>
            string.Join(random.Of(" ", "-", "."), Anyhow(digits, random))),
        new("one stray gap", "a blank that a line's end left", Anywhere, (digits, random) =>
            string.Join(random.Of(" ", "-", "."), Cut(digits, random.Next(1, digits.Length)))),
        new("thousands", "a spreadsheet's number format", Anywhere, (digits, random) =>
            string.Join(random.Of(",", ".", " ", "'", "\u00A0", "\u2019", "\u202F"), FromTheRight(digits, 3))),
        new("lakhs", "Indian thousands: the last three, then pairs", Anywhere, (digits, _) =>
            string.Join(',', [.. FromTheRight(digits[..^3], 2), digits[^3..]])),

        // Not the same sign throughout.
        new("mixed signs", "typed by a person in a hurry", Anywhere, (digits, random) =>
            Mixed(AsPrinted(digits), random, " ", "-", ".", "/", "", "  ", " - ")),
        new("any size and mixed signs", "the worst of OCR", Anywhere, (digits, random) =>
            Mixed(Anyhow(digits, random), random, " ", "-", ".", ",", "'", "_", ": ")),
        new("brackets around the groups", "four boxes of a form", Anywhere, (digits, _) => $"[{AsPrinted(digits, "] [")}]"),
        new("issuer in brackets", "like an area code", Anywhere, (digits, _) => $"({digits[..4]}) {AsPrinted(digits[4..], "-")}"),
    ];

    private static Spelling Printed(string name, string reason, string separator) =>
        new(name, reason, Anywhere, (digits, _) => AsPrinted(digits, separator));

    private static Spelling Note(string name, string reason, Func<string, Random, string> write) =>
        new(name, reason, WrittenIn.Note, write);
}
