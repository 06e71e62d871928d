using static Fraud.Tests.Model.CardNumbers.Grouping;
using static Fraud.Tests.Model.CardNumbers.WrittenIn;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>
/// What copying from PDF, web pages and word processors leaves between digits: other blanks, other dashes, signs without width.
/// </summary>
internal static class InvisibleSpellings
{
    public static readonly Spelling[] All =
    [
        // Other blanks.
        Printed("no-break blanks", "PDF and web pages", "\u00A0"),
        Printed("narrow no-break blanks", "French typesetting", "\u202F"),
        Printed("thin blanks", "typeset tables", "\u2009"),
        Printed("hair blanks", "typeset tables", "\u200A"),
        Printed("figure blanks", "columns of figures", "\u2007"),
        Printed("punctuation blanks", "columns of figures", "\u2008"),
        Printed("en blanks", "word processors", "\u2002"),
        Printed("em blanks", "word processors", "\u2003"),
        Printed("mathematical blanks", "formula editors", "\u205F"),
        Printed("ideographic blanks", "Chinese and Japanese keyboards", "\u3000"),
        Printed("Ogham blanks", "the last of Unicode's blanks", "\u1680"),
        Printed("Braille blanks", "blank that is no white space to Unicode", "\u2800"),
        Note("line separators", "JSON from JavaScript", "\u2028"),
        Note("paragraph separators", "word processors", "\u2029"),
        Note("next-line signs", "mainframes (EBCDIC NEL)", "\u0085"),

        // Without width.
        Printed("zero-width blanks", "web pages that allow a line to break", "\u200B"),
        Printed("zero-width non-joiners", "Persian keyboards", "\u200C"),
        Printed("zero-width joiners", "emoji editors", "\u200D"),
        Printed("word joiners", "word processors", "\u2060"),
        Printed("zero-width no-break blanks", "files joined with their BOM", "\uFEFF"),
        Printed("soft hyphens", "web pages", "\u00AD"),
        Printed("left-to-right marks", "numbers in Arabic or Hebrew text", "\u200E"),
        Printed("right-to-left marks", "numbers in Arabic or Hebrew text", "\u200F"),
        Printed("Arabic letter marks", "numbers in Arabic text", "\u061C"),
        Printed("invisible separators", "formula editors", "\u2063"),
        Printed("combining grapheme joiners", "sorted word lists", "\u034F"),
        Printed("variation selectors", "emoji keyboards", "\uFE0E"),
        Printed("Mongolian vowel separators", "once a blank, now none", "\u180E"),
        Letter("Hangul fillers", "invisible, and a letter to Unicode's tables", "\u3164", " "),
        Printed("tag blanks", "invisible tags of plane 14, a surrogate pair", "\U000E0020"),
        Printed("blank and zero-width blank", "web pages", " \u200B"),
        Printed("soft hyphen and line end", "hyphenated PDF", "\u00AD\u2028") with { Fields = WrittenIn.Note },
        new("zero-width blank after each digit", "written to slip past a filter", WrittenIn.Note, (digits, _) =>
            string.Join('\u200B', EveryFew(digits, 1))),
        new("a few stray zero-width signs", "rich-text editors", Anywhere, (digits, random) =>
            Mixed(Anyhow(digits, random), random, "", "\u200B", "\u2060", "\u00AD")),
        new("directed left to right", "isolates around a number in Arabic text", Anywhere, (digits, _) => $"\u2066{digits}\u2069"),
        new("embedded left to right", "embedding around a number in Hebrew text", Anywhere, (digits, _) => $"\u202A{digits}\u202C"),
        new("byte order mark before", "the first field of a file", Anywhere, (digits, _) => $"\uFEFF{digits}"),
        new("zero-width blanks around", "cells copied from a web page", Anywhere, (digits, _) => $"\u200B{digits}\u200B"),
        new("replacement signs", "a blank of another character set", Anywhere, (digits, _) => AsPrinted(digits, "\uFFFD")),
        Letter("no-break blanks read as Latin-1", "UTF-8 taken for another character set: a letter and a blank", "\u00C2\u00A0", " "),

        // Other dashes.
        Printed("en dashes", "word processors", "\u2013"),
        Printed("em dashes", "word processors", "\u2014"),
        Printed("Unicode hyphens", "typeset text", "\u2010"),
        Printed("no-break hyphens", "word processors", "\u2011"),
        Printed("figure dashes", "telephone numbers in print", "\u2012"),
        Printed("horizontal bars", "Greek typesetting", "\u2015"),
        Printed("minus signs", "formula editors", "\u2212"),
        Printed("full-width hyphens", "Chinese and Japanese keyboards", "\uFF0D"),
        Printed("small hyphens", "Chinese typesetting", "\uFE63"),
        Printed("hyphen bullets", "lists of word processors", "\u2043"),
        Printed("Armenian hyphens", "Armenian keyboards", "\u058A"),
        Printed("Hebrew maqafs", "Hebrew keyboards", "\u05BE"),
        Printed("box drawing lines", "tables of terminals", "\u2500"),
        Printed("en dashes between blanks", "word processors", " \u2013 "),
        Letter("long vowel marks", "the dash of Japanese keyboards, a letter to Unicode", "\u30FC", "-"),

        // Other dots, commas and bullets.
        Printed("middle dots", "Catalan and Chinese keyboards", "\u00B7"),
        Printed("bullets", "lists", "\u2022"),
        Printed("Arabic thousands signs", "Arabic spreadsheets", "\u066C"),
        Printed("Arabic commas", "Arabic keyboards", "\u060C"),
        Printed("ideographic commas", "Chinese lists", "\u3001"),
        Printed("full-width commas", "Chinese keyboards", "\uFF0C"),
        Printed("full-width stops", "Chinese keyboards", "\uFF0E"),
        Printed("full-width slashes", "Chinese keyboards", "\uFF0F"),
        Printed("typographic apostrophes", "Swiss thousands", "\u2019"),
        Printed("emoji", "chat messages", "\U0001F4B3"),
        Printed("arrows", "chat messages", "\u2192"),
    ];

    private static Spelling Printed(string name, string reason, string separator) =>
        new(name, reason, Anywhere, (digits, _) => AsPrinted(digits, separator));

    private static Spelling Note(string name, string reason, string separator) =>
        new(name, reason, WrittenIn.Note, (digits, _) => AsPrinted(digits, separator));

    /// <summary>A separator with a letter in it: only who knows what it stands for sees a number.</summary>
    private static Spelling Letter(string name, string reason, string separator, string meant) => Printed(name, reason, separator) with
    {
        Form = SpellingForm.Encoded,
        Decode = text => text.Replace(separator, meant, StringComparison.Ordinal),
    };
}
