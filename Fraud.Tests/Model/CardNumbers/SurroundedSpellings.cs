using static Fraud.Tests.Model.CardNumbers.Grouping;
using static Fraud.Tests.Model.CardNumbers.WrittenIn;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>What stands before, behind and around a number.</summary>
internal static class SurroundedSpellings
{
    public static readonly Spelling[] All =
    [
        // Before it.
        Before("card:", "logs", "card:"),
        Before("Card No.", "receipts", "Card No. "),
        Before("PAN=", "terminals' logs", "PAN="),
        Before("pan_", "keys of a cache", "pan_"),
        Before("tok_", "a vault that was switched off", "tok_"),
        Before("x", "spreadsheets that must not take it for a figure", "x"),
        Before("number sign", "support tickets", "#"),
        Before("hyphen", "a sheet's minus, a list's dash", "-"),
        Before("plus sign", "a telephone field used for a card", "+"),
        Before("apostrophe", "spreadsheets: what follows is text", "'"),
        Before("equals sign", "spreadsheets: a formula", "="),
        Before("dollar sign", "a variable", "$"),
        Before("blanks", "fields of fixed width, not trimmed", "     "),
        Before("Cyrillic letters", "notes", "карта"),
        Before("Chinese letters", "notes: no blank before the number", "卡号"),
        Before("zero", "a column one too wide", "0"),
        Before("combining accent", "a letter taken apart", "e\u0301"),
        new("short number before", "a row's number, a count, a step", Anywhere, (digits, random) =>
            $"{random.Number(1, 999)}{random.Of(" ", ". ", ") ", "-", ":", "/")}{digits}"),

        // Behind it.
        Behind("blanks behind", "fields of fixed width, not trimmed", "     "),
        Behind("full stop behind", "the end of a sentence", "."),
        Behind("letter behind", "a unit, a flag", "x"),
        Behind("letters behind", "the next field without a separator", "VISA"),
        Behind("F behind", "padding of an odd number in BCD", "F"),
        Behind("point and zero", "a column with gaps read by pandas as float", ".0"),
        Behind("two decimals", "a column formatted as an amount", ".00"),
        Behind("Chinese letters behind", "notes", "的卡"),
        Note("line end behind", "a line read with its end", (digits, random) => digits + random.Of("\n", "\r\n", "\r")),
        Note("zero byte behind", "strings of C", (digits, _) => $"{digits}\0"),
        new("expiry behind", "typed in one field, the third of a CSV", Anywhere, (digits, random) =>
            $"{digits}{random.Of(" ", "/", "|", ";", ",", "-", " exp ")}{Expiry(random)}"),
        new("expiry and code behind", "lists of stolen cards", Anywhere, (digits, random) =>
        {
            var separator = random.Of("|", " ", ":", ";", ",", "/");
            return $"{digits}{separator}{Expiry(random)}{separator}{random.Digits(digits.Length == 15 ? 4 : 3)}";
        }),
        new("code behind", "typed in one field", Anywhere, (digits, random) =>
            $"{AsPrinted(digits, " ")} {random.Of("", "cvv ", "CVC:")}{random.Digits(3)}"),
        new("sequence number behind", "ISO 8583 field 23", Anywhere, (digits, random) => $"{digits}-{random.Number(0, 9, 2)}"),
        new("amount behind", "receipts", Anywhere, (digits, random) => $"{digits} {random.Amount()} {random.Of("EUR", "USD", "GBP")}"),

        // Around it.
        Around("double quotes", "JSON, CSV", "\"", "\""),
        Around("single quotes", "SQL", "'", "'"),
        Around("typographic quotes", "word processors", "\u201C", "\u201D"),
        Around("parentheses", "notes", "(", ")"),
        Around("brackets", "logs", "[", "]"),
        Around("braces", "templates", "{", "}"),
        Around("angle brackets around", "e-mail, XML", "<", ">"),
        Around("backticks", "chat messages", "`", "`"),
        Around("asterisks around", "bold in Markdown", "**", "**"),
        Around("underscores around", "keys", "_", "_"),
        Around("percent signs", "templates, LIKE of SQL", "%", "%"),
        Around("letters straight around", "keys without separators", "abc", "xyz"),
        Around("hexadecimal letters", "taken for a hash", "a", "f"),
        Around("capitals straight around", "keys without separators", "CARD", "END"),
        Around("umlauts", "letters beyond ASCII", "ä", "ü"),
        Around("formula of a spreadsheet", "the way to keep all its digits in Excel", "=\"", "\""),
        Around("masks", "a mask put beside the number, not over it", "****", "****"),
        new("words around groups", "keys", Anywhere, (digits, random) =>
            $"ref{AsPrinted(digits, random.Of(" ", "-", "."))}ok"),
        new("after a masked number", "a log that masks one field of two", Anywhere, (digits, _) =>
            $"{digits[..6]}******{digits[^4..]} {digits}"),
        new("two numbers", "an old and a new card", WrittenIn.Note, (digits, random) =>
            digits + random.Of(" ", ",", ";", "\n", " / ", " -> ", "|") + CardSchemes.Draw(random)),
        new("two numbers in groups", "an old and a new card", WrittenIn.Note, (digits, random) =>
            $"{AsPrinted(digits, " ")} {AsPrinted(CardSchemes.Draw(random), " ")}"),
        new("behind a failed number", "mistyped, and typed again", WrittenIn.Note, (digits, random) =>
        {
            var mistyped = digits[..^1] + (char)('0' + ((digits[^1] - '0' + random.Next(1, 10)) % 10));
            return $"{mistyped} {digits}";
        }),
        new("behind a telephone number", "contact and card in one field", WrittenIn.Note, (digits, random) =>
            $"+49 30 {random.Digits(7)}, {AsPrinted(digits, " ")}"),
    ];

    /// <summary>In the usual ways of writing the month a card ends.</summary>
    internal static string Expiry(Random random)
    {
        var month = random.Number(1, 12, 2);
        var year = random.Number(25, 34);
        return random.Of(
            $"{month}/{year}", $"{month}{year}", $"{year}{month}", $"{month}/20{year}", $"{month}-{year}", $"20{year}-{month}");
    }

    private static Spelling Before(string name, string reason, string before) =>
        new($"behind {name}", reason, Anywhere, (digits, _) => before + digits);

    private static Spelling Behind(string name, string reason, string behind) => new(name, reason, Anywhere, (digits, _) =>
        digits + behind);

    private static Spelling Around(string name, string reason, string before, string behind) =>
        new(name, reason, Anywhere, (digits, _) => before + digits + behind);

    private static Spelling Note(string name, string reason, Func<string, Random, string> write) =>
        new(name, reason, WrittenIn.Note, write);
}
