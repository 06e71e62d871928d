using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using static Fraud.Tests.Model.CardNumbers.Grouping;
using static Fraud.Tests.Model.CardNumbers.WrittenIn;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>Numbers as machines write them: tracks, messages of terminals, rows, JSON and what escapes make of it.</summary>
internal static partial class RecordSpellings
{
    public static readonly Spelling[] All =
    [
        // Magnetic stripe, chip and ISO 8583.
        Note("track 1", "card readers", (digits, random) =>
            $"%B{digits}^{random.Of("DOE/JOHN", "ROE/JANE MS", "")}^2512101{random.Digits(12)}?"),
        new("track 2", "card readers", Anywhere, (digits, random) => $";{digits}=2512101{random.Digits(10)}?"),
        new("track 2 without sentinels", "ISO 8583 field 35", Anywhere, (digits, random) => $"{digits}=2512101{random.Digits(10)}"),
        new("track 2 of a chip", "EMV tag 57", Anywhere, (digits, random) => $"{digits}D2512201{random.Digits(10)}F"),
        Note("both tracks", "card readers", (digits, random) => $"%B{digits}^DOE/JOHN^2512101?;{digits}=2512101{random.Digits(8)}?"),
        Within("track 3", "card readers: two digits of format straight before", (digits, _) => $";01{digits}=724724000000000?"),
        new("padded with zeros", "ISO 8583 fields of 19 digits", Anywhere, (digits, _) =>
            digits.PadLeft(19, '0')) { Lengths = [13, 14, 15, 16, 17, 18] },
        new("padded with many zeros", "COBOL fields of 24 digits", Anywhere, (digits, _) => digits.PadLeft(24, '0')),
        new("padded with F", "BCD", Anywhere, (digits, _) => digits.PadRight(20, 'F')),
        new("bytes of BCD", "dumps of messages", Anywhere, (digits, _) => string.Join(' ', EveryFew(Even(digits, 'F'), 2))),
        new("chip's data apart", "dumps of EMV tag 5A", Anywhere, (digits, _) =>
            $"5A {(digits.Length + 1) / 2:X2} {string.Join(' ', EveryFew(Even(digits, 'F'), 2))}"),
        Within("chip's data together", "EMV tag 5A: its length straight before", (digits, _) =>
            $"5A{(digits.Length + 1) / 2:X2}{Even(digits, 'F')}9F36020012")
            with { Lengths = [13, 14, 15, 16, 17, 18] },
        Within("length before", "ISO 8583 field 2 with its two digits of length", (digits, _) =>
            $"{digits.Length.ToString(CultureInfo.InvariantCulture)}{digits}"),
        Within("expiry straight behind", "rows of fixed width", (digits, random) =>
            $"{digits}{random.Number(25, 34)}{random.Number(1, 12, 2)}"),
        Within("within a row of fixed width", "settlement files", (digits, random) =>
            $"{random.Moment("yyyyMMdd")}{digits}{random.Digits(12)}"),
        Note("jPOS", "logs of switches", (digits, _) => $"<field id=\"2\" value=\"{digits}\"/>"),
        Note("field in brackets", "logs of switches", (digits, _) => $"DE002: [{digits}] DE003: [000000]"),
        Note("log of a terminal", "terminals", (digits, random) =>
            $"{random.Moment("dd/MM/yy HH:mm:ss")} APPROVED PAN:{digits} {random.Filled("EXP:12/## AUTH:######")}"),
        Note("receipt", "printers", (digits, random) =>
            $"TERMINAL {random.Digits(8)}\r\nCARD     {AsPrinted(digits, " ")}\r\nTOTAL    EUR {random.Amount()}\r\n"),

        // Rows.
        Note("row with commas", "CSV", (digits, random) => $"{random.Number(1, 9_999)},{digits},{random.Amount()},EUR"),
        Note("row with semicolons", "CSV of European spreadsheets", (digits, random) =>
            $"{random.Number(1, 9_999)};{digits};12/28;{random.Digits(3)}"),
        Note("row with tabs", "cells copied from a spreadsheet", (digits, random) =>
            $"{random.Number(1, 9_999)}\t{digits}\t{random.Moment("yyyy-MM-dd")}"),
        Note("row with pipes", "banks' files", (digits, random) => $"{random.Moment("yyyyMMdd")}|{digits}|{random.Amount()}|"),
        Note("row of quoted cells", "CSV", (digits, random) => $"\"{random.Number(1, 9_999)}\",\"{digits}\",\"{random.Amount()}\""),
        Note("SQL", "dumps of databases", (digits, random) =>
            $"INSERT INTO t VALUES ({random.Number(1, 9_999)},'{digits}',{random.Amount()});"),
        Note("column of a table", "reports", (digits, _) => $"|{digits,22}|"),

        // JSON, XML and programs' texts.
        Note("JSON text", "logs", (digits, _) => $"{{\"card\":\"{digits}\",\"amount\":100}}"),
        Note("JSON number", "programs that take it for a number", (digits, _) => $"{{\"id\":12,\"card\":{digits}}}"),
        Note("JSON array", "logs", (digits, random) => $"[{random.Number(1, 99)},{digits},{random.Number(1, 99)}]"),
        Note("JSON in JSON", "logs", (digits, _) => $"{{\"body\":\"{{\\\"card\\\":\\\"{digits}\\\"}}\"}}"),
        Note("XML", "SOAP", (digits, _) => $"<card><number>{digits}</number><exp>2812</exp></card>"),
        Note("YAML", "fixtures", (digits, _) => $"card:\n  number: {digits}\n  cvv: 123\n"),
        Note("form", "web servers' logs", (digits, _) => $"name=John+Doe&number={AsPrinted(digits, "+")}&cvv=123"),
        new("negative number", "spreadsheets", Anywhere, (digits, _) => $"-{digits}"),
        new("power of ten", "C and Java print a double so", Anywhere, (digits, random) =>
            $"{digits[0]}.{digits[1..]}{random.Of("E", "e+")}{digits.Length - 1}") { Lengths = [13, 14, 15, 16] },
        new("suffix of a literal", "source text", Anywhere, (digits, random) => digits + random.Of("L", "UL", "n", "m")),
        new("literal with underscores", "source text", Anywhere, (digits, _) => string.Join('_', FromTheRight(digits, 3))),
        Note("text of an exception", "stack traces", (digits, _) =>
            $"FormatException: '{digits}' at Shop.Cards.Parse(String s) in Cards.cs:line 42"),
        Note("HTTP header", "proxies' logs", (digits, _) => $"X-Card-Number: {digits}\r\nContent-Length: 42\r\n"),
        Note("SMS", "banks' messages", (digits, _) => $"Ihre Karte {digits} wurde belastet: 12,50 EUR. Tel. 116116"),

        // Escapes with digits and letters of their own between the groups.
        Encoded("percent-encoded blanks", "URL", Anywhere, digits => AsPrinted(digits, "%20"), Uri.UnescapeDataString),
        Encoded("percent-encoded hyphens", "URL", Anywhere, digits => AsPrinted(digits, "%2D"), Uri.UnescapeDataString),
        Encoded("percent-encoded no-break blanks", "URL", WrittenIn.Note, digits => AsPrinted(digits, "%C2%A0"), Uri.UnescapeDataString),
        Encoded("percent-encoded twice", "URL in URL", WrittenIn.Note, digits => AsPrinted(digits, "%2520"),
            text => Uri.UnescapeDataString(Uri.UnescapeDataString(text))),
        Encoded("percent-encoded full-width digits", "URL", WrittenIn.Note, digits =>
            Uri.EscapeDataString(string.Concat(digits.Select(digit => (char)(0xFF10 + (digit - '0'))))), Uri.UnescapeDataString),
        Encoded("no-break blanks of HTML", "web pages", Anywhere, digits => AsPrinted(digits, "&nbsp;"), WebUtility.HtmlDecode),
        Encoded("numbered blanks of HTML", "web pages", Anywhere, digits => AsPrinted(digits, "&#160;"), WebUtility.HtmlDecode),
        Encoded("numbered digits of HTML", "web pages", WrittenIn.Note, digits =>
            string.Concat(digits.Select(digit => $"&#{(int)digit};")), WebUtility.HtmlDecode),
        Encoded("line breaks of HTML", "web pages", Anywhere, digits => AsPrinted(digits, "<br>"), WithoutTags),
        Encoded("cells of HTML", "web pages", WrittenIn.Note, digits => $"<td>{AsPrinted(digits, "</td><td>")}</td>", WithoutTags),
        Encoded("escaped no-break blanks", "JSON in a text", Anywhere, digits => AsPrinted(digits, "\\u00a0"), Regex.Unescape),
        Encoded("escaped tabs", "JSON in a text", Anywhere, digits => AsPrinted(digits, "\\t"), Regex.Unescape),
        Encoded("escaped line ends", "JSON in a text", Anywhere, digits => AsPrinted(digits, "\\r\\n"), Regex.Unescape),
        Encoded("quoted-printable blanks", "e-mail", Anywhere, digits => AsPrinted(digits, "=20"),
            text => text.Replace("=20", " ", StringComparison.Ordinal)),
    ];

    private static Spelling Note(string name, string reason, Func<string, Random, string> write) =>
        new(name, reason, WrittenIn.Note, write);

    private static Spelling Within(string name, string reason, Func<string, Random, string> write) =>
        new(name, reason, Anywhere, write) { Form = SpellingForm.InsideLongerRun };

    private static Spelling Encoded(
        string name, string reason, WrittenIn fields, Func<string, string> write, Func<string, string> decode) =>
        new(name, reason, fields, (digits, _) => write(digits)) { Form = SpellingForm.Encoded, Decode = decode };

    private static string Even(string digits, char pad) => digits.Length % 2 == 0 ? digits : digits + pad;

    private static string WithoutTags(string html) => Tag().Replace(html, " ");

    [GeneratedRegex("<[^>]*>", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Tag();
}
